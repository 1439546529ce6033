package import Kernel
package import Persistence
package import Records

/// Whose records a post reaches, as its organisation gives it.
package enum Scope: Hashable, Sendable {
    case everything
    /// The subtree of an admin unit as of today, by its code; successors are followed.
    case unit(String)
    /// One cooperative and what belongs to it.
    case cooperative(Int64)
    /// One cooperative group.
    case group(Int64)
    /// The groups that an association founded, in its unit or everywhere.
    case founder(String, unit: String?)

    /// Whether it leaves a small part of a register: less than a province.
    var isNarrow: Bool {
        switch self {
        case .everything, .founder(_, unit: nil): false
        case .unit(let code), .founder(_, unit: let code?): code.utf8.count > 2
        case .cooperative, .group: true
        }
    }
}

/// How the rows of each record type lie within a scope. Each slice states it for its types; a type that nobody states
/// is reached by `everything` alone.
package struct ScopeRules: Sendable {
    /// The condition over the table under an alias, or `nil` where a scope holds no row of the type.
    package typealias Rule = @Sendable (_ scope: Scope, _ alias: String, _ today: Day) -> SQL?

    private var rules: [String: Rule] = [:]
    private var wholes: [String: String] = [:]

    package init() {}

    /// `partOf`: the type whose permissions are asked for, such as the cooperative of a headcount.
    package mutating func add(_ type: String, partOf whole: String? = nil, _ rule: @escaping Rule) {
        rules[type] = rule
        wholes[type] = whole
    }

    /// The type whose permissions hold for records of `type`.
    package func whole(of type: String) -> String { wholes[type] ?? type }

    func condition(_ type: String, _ scope: Scope, _ alias: String, _ today: Day) -> SQL? {
        if scope == .everything { return "1 = 1" }
        return rules[type]?(scope, alias, today)
    }
}

/// Who an account acts for: a body, a cooperative or a group, as `type:id`.
package struct OrganisationRef: Hashable, Sendable, Records.Column {
    package let type: String
    package let id: Int64

    package init(_ type: String, _ id: Int64) {
        self.type = type
        self.id = id
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let id = Int64(parts[1]), id > 0 else { return nil }
        self.init(String(parts[0]), id)
    }

    package init(_ row: Row, at index: Int) throws {
        guard let ref = OrganisationRef(try row.text(index)) else { throw row.unexpected(index, wanted: "type:id") }
        self = ref
    }

    package var text: String { "\(type):\(id)" }
    package var sqlValue: SQLValue { .text(text) }
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .code }
    package static func taking(_ value: SQLValue) -> OrganisationRef? {
        if case .text(let text) = value { OrganisationRef(text) } else { nil }
    }
    package static func parse(_ cell: inout CellReading, today: Day) -> OrganisationRef? {
        Code.parse(&cell, today: today).flatMap { OrganisationRef($0.text) }
    }
}

/// An organisation as it is today: what it is called and what its people reach.
package struct Organisation: Sendable {
    package let ref: OrganisationRef
    package let name: String
    package let scope: Scope

    package init(_ ref: OrganisationRef, _ name: String, _ scope: Scope) {
        self.ref = ref
        self.name = name
        self.scope = scope
    }
}

/// What Access asks of whoever keeps the organisations. One that has ended and has no successor is not answered, and
/// its people reach nothing through it.
package struct Organisations: Sendable {
    package var find: @Sendable ([OrganisationRef], Day, Connection) throws -> [OrganisationRef: Organisation]

    package init(
        find: @escaping @Sendable ([OrganisationRef], Day, Connection) throws -> [OrganisationRef: Organisation]
    ) {
        self.find = find
    }
}
