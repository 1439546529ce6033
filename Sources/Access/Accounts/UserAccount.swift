package import Kernel
package import Persistence
package import Records

/// Every record type of this part.
package let accessRecords: [any Record.Type] = [UserAccount.self, Role.self, Holding.self]

/// A person's or a service's sign-in. What it may do is said by its holdings.
package struct UserAccount: Record, Referenced {
    package var id: Identifier<UserAccount> = 0
    package var version = 0
    package var name = ""
    /// In small letters; what one signs in with, as is the phone number.
    package var email: String?
    package var phone: Code?
    /// The language of its pages and letters: `vi` or `en`.
    package var language: String?
    /// From this day on it cannot sign in.
    package var endedOn: Day?
    package init() {}

    package static let referenceName = "account"

    package static let description = Description<UserAccount>(
        "account", table: "access_account", rules: [\.canBeAddressed], sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched, .check(isOneLine))
        Field("email", \.email, .listed, .check(isEmailAddress))
        Field("phone", \.phone, .listed, .check(isPhoneNumber))
        Field("language", \.language, .check(isLanguage))
        Field("ended_on", \.endedOn, .listed)
    }

    /// What the accounts of a history are called.
    package static func names(_ ids: [Identifier<Account>], in db: Connection) throws -> [Identifier<Account>: String] {
        guard !ids.isEmpty else { return [:] }
        let names = try db.all(
            "SELECT id, name FROM access_account WHERE id IN (\(list: Set(ids).map(\.number).sorted()))"
        ) {
            (Identifier<Account>(try $0[0] as Int64), try $0[1] as String)
        }
        return Dictionary(uniqueKeysWithValues: names)
    }

    /// By what one signs in with. Throws `account.missing`.
    package static func find(signInName typed: String, in db: Connection) throws -> UserAccount {
        let name = SignInName(typed).text
        guard let account = try first(where: "email = \(name) OR phone = \(name)", in: db) else {
            throw Failure(.missing, "account.missing", ["name": name])
        }
        return account
    }

    var canBeAddressed: Verdict { email == nil && phone == nil ? .fails("account.no-address") : .meets }
}

private func isOneLine(_ name: String) -> Verdict {
    if name.count > 255 { return .fails("text.too-long", ["length": "\(name.count)", "limit": "255"]) }
    return name.contains(where: \.isNewline) || name.contains("<") ? .fails("text.markup") : .meets
}

/// One `@` with something on both sides; whether it exists only a letter can tell.
private func isEmailAddress(_ email: String?) -> Verdict {
    guard let email else { return .meets }
    let parts = email.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = email.utf8.allSatisfy { (0x21...0x7e).contains($0) } && email.count <= 254
    guard isPlain, parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), email == email.lowercased() else {
        return .fails("account.bad-email", ["text": email])
    }
    return .meets
}

private func isPhoneNumber(_ phone: Code?) -> Verdict {
    guard let phone else { return .meets }
    let isPhone = phone.text.hasPrefix("0") && (10...11).contains(phone.text.count) && phone.text.allSatisfy(\.isASCII)
    return isPhone && phone.text.allSatisfy(\.isNumber) ? .meets : .fails("account.bad-phone", ["text": phone.text])
}

private func isLanguage(_ language: String?) -> Verdict {
    language.map { Language(rawValue: $0) == nil } ?? false ? .fails("account.bad-language") : .meets
}

/// What somebody types to say who they are: an e-mail address or a phone number, in its one form.
package struct SignInName: Sendable, Hashable {
    package let text: String

    /// `+84 912 345 678` and `0912.345.678` are one number.
    package init(_ typed: String) {
        let typed = normalised(typed).lowercased()
        var digits = typed.filter { !" .-()".contains($0) }
        if digits.hasPrefix("+84") { digits = "0" + digits.dropFirst(3) }
        let isPhone = !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
        text = String((isPhone ? digits : typed).prefix(254))
    }
}
