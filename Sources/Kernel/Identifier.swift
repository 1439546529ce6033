/// The number of a record of type `Subject`, unique within its table. Two types' identifiers never mix.
package struct Identifier<Subject>: Hashable, Sendable, Codable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    package var number: Int64

    package init(_ number: Int64) { self.number = number }
    package init(integerLiteral number: Int64) { self.number = number }
    package init?(_ text: some StringProtocol) {
        guard let number = Int64(text), number > 0 else { return nil }
        self.number = number
    }
    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    package var description: String { String(number) }
}

/// Who acts: a person's or a service's sign-in. Its table lives in Access.
package enum Account {}
/// A body that acts or is acted for: a department, a committee, an association. Its table lives in Registry.
package enum Body {}
