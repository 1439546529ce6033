import Access
import Documents
import Kernel
import Records

struct SignInPage: Page {
    var name = ""
    var next = "/"
    var problem: Failure?
    /// Whether a letter can bring a new password.
    var offersLetter = false

    func title(_ t: Texts) -> String { t["sign-in.title"] }

    func body(_ t: Texts) -> HTML {
        narrow(
            heading(title(t), note: "\(t["sign-in.note"])"),
            postForm(
                "/sign-in",
                [
                    FormField(
                        "name", t["sign-in.name"], .line(type: "text", autocomplete: "username", mode: "email"),
                        value: name, isRequired: true),
                    FormField(
                        "password", t["sign-in.password"],
                        .line(type: "password", autocomplete: "current-password", mode: nil), isRequired: true),
                ], submit: t["sign-in.submit"], problem: problem.map { t($0.code, $0.details) },
                more: next == "/" ? nil : hiddenField("next", next), t),
            offersLetter
                ? "<p class=\"small\"><a href=\"/sign-in/forgotten\">\(t["forgotten.title"])</a></p>"
                : "<p class=\"small muted\">\(t["sign-in.help"])</p>")
    }
}

/// Asks for a letter with a link. Its answer is the same for every name.
struct ForgottenPage: Page {
    var name = ""
    var problem: Failure?
    var isDone = false
    var isOff = false

    func title(_ t: Texts) -> String { t["forgotten.title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["sign-in.title"], "/sign-in")] }

    func body(_ t: Texts) -> HTML {
        if isOff { return narrow(heading(title(t)), notice(.plain, "\(t["letters.off"])")) }
        if isDone { return narrow(heading(title(t)), notice(.good, "\(t["forgotten.done"])")) }
        return narrow(
            heading(title(t), note: "\(t["forgotten.note"])"),
            postForm(
                "/sign-in/forgotten",
                [
                    FormField(
                        "name", t["sign-in.name"], .line(type: "text", autocomplete: "username", mode: "email"),
                        value: name, isRequired: true)
                ], submit: t["forgotten.submit"], problem: problem.map { t($0.code, $0.details) }, t))
    }
}

struct CodePage: Page {
    var next = "/"
    var problem: Failure?

    func title(_ t: Texts) -> String { t["second-factor.title"] }

    func body(_ t: Texts) -> HTML {
        narrow(
            heading(title(t)),
            postForm(
                "/sign-in/code", [codeField(t, problem, hint: t["second-factor.code-hint"])],
                submit: t["second-factor.submit"], more: next == "/" ? nil : hiddenField("next", next), t))
    }
}

/// Whoever has signed in shows once more that it is they, before what opens accounts can be changed.
struct AgainPage: Page {
    let next: String
    let needsCode: Bool
    let problem: Failure?

    func title(_ t: Texts) -> String { t["sign-in.again-title"] }

    func body(_ t: Texts) -> HTML {
        let password = FormField(
            "password", t["sign-in.password"],
            .line(type: "password", autocomplete: "current-password", mode: nil), isRequired: true)
        return narrow(
            heading(title(t), note: "\(t["sign-in.again"])"),
            postForm(
                "/sign-in/again",
                [password] + (needsCode ? [codeField(t, nil, hint: t["second-factor.code-hint"])] : []),
                submit: t["sign-in.again-submit"], problem: problem.map { t($0.code, $0.details) },
                more: hiddenField("next", next), t))
    }
}

/// The key as a picture and as text, and the first code that proves it was taken over.
struct EnrolmentPage: Page {
    let key: OneTimeCode
    let address: String
    let path: String
    var problem: Failure?

    init(_ account: UserAccount, _ key: OneTimeCode, path: String, problem: Failure? = nil) {
        self.key = key
        address = key.address(account.email ?? account.phone?.text ?? account.name)
        self.path = path
        self.problem = problem
    }

    func title(_ t: Texts) -> String { t["second-factor.enrol-title"] }

    func body(_ t: Texts) -> HTML {
        let picture = try? QrCode(address)
        return narrow(
            heading(title(t), note: "\(t["second-factor.enrol-note"])"),
            """
            <section class="sheet"><p>\(t["second-factor.scan"])</p>\(picture.map { code in
                let width = code.width + 8
                return """
                    <svg class="qr" viewBox="0 0 \(width) \(width)" role="img" aria-label="\(t["second-factor.picture"])">\
                    <rect width="\(width)" height="\(width)" fill="#fff"/><path d="\(code.path)" fill="#000"/></svg>
                    """
            } as HTML?)<p>\(t["second-factor.key"]): <code>\(key.shown)</code></p></section>
            """,
            postForm(path, [codeField(t, problem, hint: nil)], submit: t["second-factor.enrol-submit"], t))
    }
}

private func codeField(_ t: Texts, _ problem: Failure?, hint: String?) -> FormField {
    FormField(
        "code", t["second-factor.code"], .line(type: "text", autocomplete: "one-time-code", mode: "numeric"),
        hint: hint,
        problem: problem.map { t($0.code, $0.details) }, isRequired: true)
}

/// Shown once, right after the second factor was set up.
struct RecoveryPage: Page {
    let codes: [String]

    func title(_ t: Texts) -> String { t["recovery.title"] }

    func body(_ t: Texts) -> HTML {
        narrow(
            heading(title(t), note: "\(t["recovery.note"])"),
            """
            <section class="sheet"><ul class="plain codes">\(codes, { "<li><code>\($0)</code></li>" })</ul></section>
            <p>\(linkButton(t["recovery.go-on"], "/", isMain: true))</p>
            """)
    }
}

/// What an invited person, or one who forgot the password, sees first.
struct LinkPage: Page {
    let account: UserAccount
    let token: String
    var problem: Failure?

    func title(_ t: Texts) -> String { t["link.title"] }

    func body(_ t: Texts) -> HTML {
        narrow(
            heading(title(t), note: "\(t("link.note", ["name": account.name]))"),
            postForm(
                "/link/\(token)", passwordFields(t), submit: t["link.submit"],
                problem: problem.map { t($0.code, $0.details) }, t))
    }
}

func passwordFields(_ t: Texts) -> [FormField] {
    let new = FormField.Widget.line(type: "password", autocomplete: "new-password", mode: nil)
    return [
        FormField(
            "password", t["password.new"], new, hint: t("password.hint", ["least": "\(PasswordRules.least)"]),
            isRequired: true),
        FormField("again", t["password.again"], new, isRequired: true),
    ]
}

struct PasswordSetPage: Page {
    func title(_ t: Texts) -> String { t["link.done-title"] }

    func body(_ t: Texts) -> HTML {
        narrow(heading(title(t)), "<p>\(linkButton(t["sign-in.title"], "/sign-in", isMain: true))</p>")
    }
}

/// A page that asks one thing: a column as wide as its form.
package func narrow(_ parts: HTML...) -> HTML { "<div class=\"narrow stack\">\(parts.joined())</div>" }
