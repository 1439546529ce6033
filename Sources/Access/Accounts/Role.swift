package import Kernel
package import Persistence
package import Records

/// What a kind of work needs: permissions on record types. Roles are rows; those that come with the program
/// (`Data/roles.txt`) can be changed, and others added.
package struct Role: Record, Referenced {
    package var id: Identifier<Role> = 0
    package var version = 0
    /// Names it to commands and files: `unit_officer`.
    package var code: Code = ""
    package var name = ""
    /// See `PermissionSet`.
    package var permissions = ""
    /// Whether its holders must have a second factor.
    package var needsSecondFactor = false
    package init() {}

    package static let referenceName = "role"

    package static let description = Description<Role>(
        "role", table: "access_role", sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("code", \.code, .listed, .searched)
        Field("name", \.name, .listed, .searched)
        Field("permissions", \.permissions, .paragraph, .check(isReadable))
        Field("needs_second_factor", \.needsSecondFactor, .listed)
    }

    /// In the reader's language where the role came with the program.
    package func name(_ t: Texts) -> String { Role.name(code.text, name, t) }

    package static func name(_ code: String, _ name: String, _ t: Texts) -> String {
        t.has("role.shipped.\(code)") ? t["role.shipped.\(code)"] : name
    }

    package static func find(code: String, in db: Connection) throws -> Role {
        guard let role = try first(where: "code = \(code)", in: db) else {
            let codes = try db.all("SELECT code FROM access_role ORDER BY code") { try $0[0] as String }
            throw Failure(.missing, "role.missing", ["code": code, "codes": codes.joined(separator: ", ")])
        }
        return role
    }

    /// Adds the roles that come with the program and are not there yet. Those that are there get what the program brings
    /// for types that no role names, which are new; for all other types they stay as the province has them. The codes of
    /// the roles that were added or changed.
    @discardableResult
    package static func loadShipped(by act: Act, in db: Connection) throws -> [String] {
        let stored = try list(where: "1 = 1", in: db)
        let known = Set(stored.flatMap { $0.lines.flatMap(\.types) })
        var changed: [String] = []
        for role in shipped {
            guard let before = stored.first(where: { $0.code == role.code }) else {
                try db.insert(role, by: act)
                changed.append(role.code.text)
                continue
            }
            let new = role.lines.compactMap { line -> String? in
                let types = line.types.filter { !known.contains($0) && $0 != "*" }
                return types.isEmpty ? nil : ([line.permission] + types).joined(separator: " ")
            }
            guard !new.isEmpty else { continue }
            var extended = before
            extended.permissions = ([before.permissions] + new).joined(separator: "\n")
            try db.update(extended, from: before, by: act)
            changed.append(role.code.text)
        }
        return changed
    }

    private var lines: [(permission: String, types: [String])] {
        permissions.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            return words.first.map { ($0, Array(words.dropFirst())) }
        }
    }

    /// `code | name | second-factor or nothing`, then indented lines of permissions.
    static let shipped: [Role] = {
        var roles: [Role] = []
        for line in Embedded.text("Data/roles.txt").split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            if line.hasPrefix(" ") {
                let earlier = roles[roles.count - 1].permissions
                roles[roles.count - 1].permissions = earlier + (earlier.isEmpty ? "" : "\n") + line.drop { $0 == " " }
                continue
            }
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { normalised(String($0)) }
            var role = Role()
            role.code = Code(parts[0])
            role.name = parts[1]
            role.needsSecondFactor = parts.count > 2 && parts[2] == "second-factor"
            roles.append(role)
        }
        return roles
    }()
}

private func isReadable(_ permissions: String) -> Verdict {
    do {
        _ = try PermissionSet(parsing: permissions)
        return .meets
    } catch let failure as Failure {
        return .fails(failure.code, failure.details)
    } catch {
        return .fails("role.unreadable", ["line": ""])
    }
}
