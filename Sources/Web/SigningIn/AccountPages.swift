package import Access
import Hummingbird
import Kernel
import Persistence
package import Records

/// Accounts, roles and posts for whoever administers them.
package struct AccountPages: Sendable {
    private let access: AccessControl
    private let pickers: [String: Picker]
    private let vocabulary: Vocabulary

    private var database: Database { access.database }

    /// `pickers`: how organisations are named.
    package init(_ access: AccessControl, pickers: [String: Picker], vocabulary: Vocabulary) {
        self.access = access
        self.pickers = pickers.merging(Self.own) { first, _ in first }
        self.vocabulary = vocabulary
    }

    package func register(in site: inout Site) {
        site.navigation.append(
            NavigationEntry(.administration, "account.plural", "/accounts", may: .holders(.read, "account")))
        site.navigation.append(
            NavigationEntry(.administration, "role.plural", "/roles", may: .holders(.read, "role")))
        list(UserAccount.listing, in: &site)
        list(Role.listing, in: &site)
        let (access, pickers) = (access, pickers)
        RecordForms<UserAccount>(
            "accounts", end: "ended_on", pickers: pickers, database: database, vocabulary: vocabulary,
            page: { "/accounts/\($0.id)" }, audience: .proven(.holders(.edit, "account"))
        ) { try access.settle("account", $0.id.number, by: $1, in: $2) }
        .register(in: &site)
        RecordForms<Role>(
            "roles", pickers: pickers, database: database, vocabulary: vocabulary, page: { "/roles/\($0.id)" },
            audience: .proven(.holders(.edit, "role"))
        ) { try access.settle("role", $0.id.number, by: $1, in: $2) }
        .register(in: &site)
        RecordForms<Holding>(
            "accounts/:id/holdings", owner: .init("account", UserAccount.self), end: "valid_to", pickers: pickers,
            database: database, vocabulary: vocabulary, page: { "/accounts/\($0.account)" },
            audience: .proven(.holders(.edit, "holding"))
        ) { try access.settle("holding", $0.id.number, by: $1, in: $2) }
        .register(in: &site)
        site.get("/accounts/:id", may: .holders(.read, "account")) { _, context in
            try await AccountPage(context.id("id"), context, access, pickers)
        }
        site.get("/roles/:id", may: .holders(.read, "role")) { _, context -> RolePage in
            let (viewer, id) = (try context.viewer, try context.id("id") as Role.ID)
            return try await access.database.read { db in
                try viewer.require(.read, id, in: db)
                return RolePage(role: try Role.find(id, in: db), mayEdit: try viewer.allows(.edit, id, in: db))
            }
        }
        let administrators = Audience.proven(.holders(.edit, "account"))
        site.post("/accounts/:id/link", may: administrators) { _, context -> AccountLinkPage in
            let account = try await Self.editable(context, access)
            let link = try await access.makeLink(account.id, by: context.act())
            return AccountLinkPage(account: account, path: "/link/\(link.text)")
        }
        site.post("/accounts/:id/letter", may: administrators) { _, context -> Response in
            guard access.sendsLetters else { throw Failure(.refused, "letters.off") }
            let account = try await Self.editable(context, access)
            let hasPassword = try await access.database.read { try AccessControl.hasPassword(account.id, in: $0) }
            try await access.sendLetter(hasPassword ? .reset : .invitation, to: account.id, by: context.act())
            return .seeOther("/accounts/\(account.id)?done=saved")
        }
        site.post("/accounts/:id/sessions/end", may: administrators) { _, context -> Response in
            let account = try await Self.editable(context, access)
            try await access.endSessions(of: account.id, by: context.act())
            return .seeOther("/accounts/\(account.id)?done=saved")
        }
        site.post("/accounts/:id/second-factor/remove", may: administrators) { _, context -> Response in
            let account = try await Self.editable(context, access)
            try await access.removeSecondFactor(account.id, by: context.act())
            return .seeOther("/accounts/\(account.id)?done=saved")
        }
        Self.rolePicker.register("role", may: .holders(.read, "role"), database, in: &site)
    }

    private func list(_ listing: Listing, in site: inout Site) {
        let database = database
        site.get("/\(listing.path)", may: .holders(.read, listing.type)) { _, context in
            let viewer = try context.viewer
            let request = try ListRequest(listing, context.query, context.clock)
            return ListView(
                request, try await database.read { try listing.page(request.question(viewer), in: $0) },
                paths: ["account": "accounts", "role": "roles"], mayExport: false,
                adding: viewer.may(.edit, listing.type) ? "/\(listing.path)/new" : nil)
        }
    }

    private static func editable(_ context: WebContext, _ access: AccessControl) async throws -> UserAccount {
        let (viewer, id) = (try context.viewer, try context.id("id") as UserAccount.ID)
        return try await access.database.read { db in
            try viewer.require(.edit, id, in: db)
            return try UserAccount.find(id, in: db)
        }
    }

    private static let own = ["role": rolePicker]

    private static let rolePicker = Picker { words, _, db in
        let wanted = fold(words)
        return try Role.list(where: "1 = 1 ORDER BY sort_key, id", in: db).filter {
            fold("\($0.name) \($0.code.text)").contains(wanted)
        }.prefix(Picker.most).map { Option("\($0.id)", $0.name) }
    } label: { value, _, db in
        try Identifier<Role>(value).flatMap { try Role.first(where: "id = \($0)", in: db)?.name }
    }
}

/// One account with its posts, for whoever administers it.
struct AccountPage: Page {
    let account: UserAccount
    let holdings: [(holding: Holding, role: Role, organisation: String?)]
    let hasSecondFactor: Bool
    let hasPassword: Bool
    let mayEdit: Bool
    let today: Day
    let letter: OutgoingLetter?
    let sendsLetters: Bool

    init(
        _ id: UserAccount.ID, _ context: WebContext, _ access: AccessControl, _ pickers: [String: Picker]
    ) async throws {
        let viewer = try context.viewer
        today = context.clock.today()
        sendsLetters = access.sendsLetters
        (account, holdings, mayEdit, hasPassword, letter) = try await access.database.read { db in
            try viewer.require(.read, id, in: db)
            let holdings = try Holding.list(where: "account_id = \(id) ORDER BY id", in: db).map { holding in
                let ref = holding.organisation?.text
                return (
                    holding: holding, role: try Role.find(holding.role, in: db),
                    organisation: try ref.map { try pickers["holding.organisation"]?.label($0, viewer, db) ?? $0 }
                )
            }
            return (
                try UserAccount.find(id, in: db), holdings, try viewer.allows(.edit, id, in: db),
                try AccessControl.hasPassword(id, in: db), try OutgoingLetter.last(to: id, in: db)
            )
        }
        hasSecondFactor = try await access.hasSecondFactor(id)
    }

    func title(_ t: Texts) -> String { account.name }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["account.plural"], "/accounts")] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            account.name,
            actions: mayEdit
                ? """
                \(linkButton(t["form.change"], "/accounts/\(account.id)/edit", isMain: true))\
                \(linkButton(t["form.end-submit"], "/accounts/\(account.id)/end"))
                """ : nil))
        <div class="two"><section class="sheet"><h2>\(t["own-account.who"])</h2>\(facts(
            [
                Fact(t["account.email"], account.email.map { "\($0)" }),
                Fact(t["account.phone"], account.phone.map { "\($0.text)" }),
                Fact(t["account.ended_on"], account.endedOn.map { "\(DateText.short($0, t.language))" } ?? "–"),
            ], t))</section>
        <section class="sheet"><h2>\(t["accounts.sign-in"])</h2>
        <p>\(tag(hasPassword ? .good : .warn, t[hasPassword ? "accounts.has-password" : "accounts.no-password"])) \
        \(tag(hasSecondFactor ? .good : .plain, t[hasSecondFactor ? "accounts.has-second" : "accounts.no-second"]))</p>
        \(letter.map { "<p class=\"small\">\(letterState($0, t))</p>" } as HTML?)\
        \(mayEdit && sendsLetters && account.email != nil
            ? postButton("/accounts/\(account.id)/letter", t["accounts.send-letter"]) : nil)\
        \(mayEdit ? postButton("/accounts/\(account.id)/link", t["accounts.make-link"]) : nil)\
        \(mayEdit ? postButton("/accounts/\(account.id)/sessions/end", t["accounts.end-sessions"]) : nil)\
        \(mayEdit && hasSecondFactor
            ? postButton("/accounts/\(account.id)/second-factor/remove", t["accounts.remove-second"]) : nil)</section></div>
        <section class="sheet">\(posts(t))</section>
        """
    }

    private func letterState(_ letter: OutgoingLetter, _ t: Texts) -> String {
        if let at = letter.sentAt { return t("accounts.letter-sent", ["time": DateText.short(at, t.language)]) }
        guard let failure = letter.failure else {
            return t("accounts.letter-waits", ["time": DateText.short(letter.madeAt, t.language)])
        }
        return t(
            letter.isGivenUp ? "accounts.letter-given-up" : "accounts.letter-failing",
            ["reason": t.has(failure) ? t(failure, ["name": account.name]) : failure])
    }

    private func posts(_ t: Texts) -> HTML {
        let address = "/accounts/\(account.id)/holdings"
        let add = mayEdit ? linkButton(t("form.new", ["type": t.inSentence("type.holding")]), "\(address)/new") : nil
        guard !holdings.isEmpty else { return emptyState(t["accounts.no-posts"], add) }
        func row(_ post: (holding: Holding, role: Role, organisation: String?)) -> HTML {
            let isOver = post.holding.validTo.map { $0 <= today } ?? false
            let until = post.holding.validTo.map { DateText.short($0, t.language) } ?? ""
            return """
                <tr><td>\(post.role.name(t))</td>\
                <td data-label="\(t["holding.organisation"])">\(post.organisation ?? t["accounts.whole-system"])</td>\
                <td data-label="\(t["holding.valid_to"])">\(until)\
                \(!isOver && mayEdit
                    ? " <a href=\"\(address)/\(post.holding.id)/end\">\(t["form.end-submit"])</a>" as HTML : nil)</td></tr>
                """
        }
        return """
            \(table(
                t["holding.plural"],
                head: """
                    \(columnHead(t["holding.role"]))\(columnHead(t["holding.organisation"]))\
                    \(columnHead(t["holding.valid_to"]))
                    """, rows: "\(holdings, row)"))\(add)
            """
    }
}

/// A link to give to an account's owner, shown this once.
struct AccountLinkPage: Page {
    let account: UserAccount
    let path: String

    func title(_ t: Texts) -> String { t["accounts.link-title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(account.name, "/accounts/\(account.id)")] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: "\(t("accounts.link-note", ["name": account.name]))"))
        <section class="sheet"><p><code>\(path)</code></p></section>
        """
    }
}

/// What a role allows.
struct RolePage: Page {
    let role: Role
    let mayEdit: Bool

    func title(_ t: Texts) -> String { role.name(t) }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["role.plural"], "/roles")] }

    func body(_ t: Texts) -> HTML {
        func line(_ line: Substring) -> HTML {
            let words = line.split(separator: " ")
            let types = words.dropFirst().map { $0 == "*" ? t["accounts.all-types"] : t["type.\($0)"] }
            let permission = words.first.map { t["permission.\($0)"] } ?? ""
            return "<dt>\(permission)</dt><dd>\(types.joined(separator: ", "))</dd>"
        }
        return """
            \(heading(
                title(t), note: "<code>\(role.code.text)</code>",
                actions: mayEdit ? linkButton(t["form.change"], "/roles/\(role.id)/edit", isMain: true) : nil))
            <section class="sheet"><dl class="facts">\(role.permissions.split(whereSeparator: \.isNewline), line)\
            <dt>\(t["role.needs_second_factor"])</dt><dd>\(t[role.needsSecondFactor ? "value.yes" : "value.no"])</dd></dl></section>
            """
    }
}
