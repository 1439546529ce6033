import Kernel

/// What a role may do with the records of a type.
package enum Permission: String, CaseIterable, Sendable {
    case read
    /// Add, change and end.
    case edit
    /// Bring a workbook in.
    case importing = "import"
    case export
    /// Take what others have entered, or send it back.
    case approve
    /// Read personal data (phone, e-mail, identity number) unmasked, each time with a reason and a row of history.
    case personal
}

/// What a role allows, written as lines of `permission type type …`, where `*` stands for every type.
///
///     read *
///     edit cooperative officer
package struct PermissionSet: Sendable, Equatable {
    private var types: [Permission: Set<String>] = [:]

    package static let none = PermissionSet()
    package static let all = PermissionSet(Dictionary(uniqueKeysWithValues: Permission.allCases.map { ($0, ["*"]) }))

    private init(_ types: [Permission: Set<String>] = [:]) { self.types = types }

    /// Throws `role.unreadable` with the line that is not understood.
    package init(parsing text: String) throws {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first else { continue }
            guard let permission = Permission(rawValue: String(first)), words.count > 1,
                words.dropFirst().allSatisfy({ $0 == "*" || $0.allSatisfy { $0.isLowercase || $0 == "_" } })
            else { throw Failure(.invalid, "role.unreadable", ["line": String(line)]) }
            types[permission, default: []].formUnion(words.dropFirst().map(String.init))
        }
    }

    package func allows(_ permission: Permission, _ type: String) -> Bool {
        guard let types = types[permission] else { return false }
        return types.contains(type) || types.contains("*")
    }

    /// Whether it allows anything at all with this permission.
    package func allowsAny(_ permission: Permission) -> Bool { types[permission] != nil }
}
