/// Money in đồng. Vietnamese money has no smaller unit, so it is exact.
package struct Money: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral, AdditiveArithmetic {
    package var vnd: Int64

    package init(vnd: Int64) { self.vnd = vnd }
    package init(integerLiteral vnd: Int64) { self.vnd = vnd }
    package init(from decoder: any Decoder) throws { vnd = try decoder.singleValueContainer().decode(Int64.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(vnd)
    }

    package static let zero = Money(vnd: 0)
    package static func < (a: Money, b: Money) -> Bool { a.vnd < b.vnd }
    package static func + (a: Money, b: Money) -> Money { Money(vnd: a.vnd + b.vnd) }
    package static func - (a: Money, b: Money) -> Money { Money(vnd: a.vnd - b.vnd) }
}

/// An area in whole square metres. People write hectares: 1 ha = 10,000 m².
package struct Area: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral, AdditiveArithmetic {
    package var squareMetres: Int64

    package init(squareMetres: Int64) { self.squareMetres = squareMetres }
    package init(integerLiteral squareMetres: Int64) { self.squareMetres = squareMetres }
    package init(from decoder: any Decoder) throws {
        squareMetres = try decoder.singleValueContainer().decode(Int64.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(squareMetres)
    }

    package static let zero = Area(squareMetres: 0)
    package static func < (a: Area, b: Area) -> Bool { a.squareMetres < b.squareMetres }
    package static func + (a: Area, b: Area) -> Area { Area(squareMetres: a.squareMetres + b.squareMetres) }
    package static func - (a: Area, b: Area) -> Area { Area(squareMetres: a.squareMetres - b.squareMetres) }
}

/// A weight in whole grams. People write kg, tạ (100 kg) and tấn (1,000 kg).
package struct Weight: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral, AdditiveArithmetic {
    package var grams: Int64

    package init(grams: Int64) { self.grams = grams }
    package init(integerLiteral grams: Int64) { self.grams = grams }
    package init(from decoder: any Decoder) throws { grams = try decoder.singleValueContainer().decode(Int64.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(grams)
    }

    package static let zero = Weight(grams: 0)
    package static func < (a: Weight, b: Weight) -> Bool { a.grams < b.grams }
    package static func + (a: Weight, b: Weight) -> Weight { Weight(grams: a.grams + b.grams) }
    package static func - (a: Weight, b: Weight) -> Weight { Weight(grams: a.grams - b.grams) }
}

/// A number with two decimals, kept as whole hundredths: points of an assessment, `82,5` as 8250.
package struct Hundredths: Hashable, Comparable, Sendable, AdditiveArithmetic {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }
    /// `nil` where more than two decimals would be left.
    package init?(_ number: ExactDecimal) {
        guard let count = number.scaled(toInteger: 100) else { return nil }
        self.count = count
    }

    package var decimal: ExactDecimal { ExactDecimal(mantissa: count, scale: 2) }

    package static let zero = Hundredths(0)
    package static func < (a: Self, b: Self) -> Bool { a.count < b.count }
    package static func + (a: Self, b: Self) -> Self { Self(a.count + b.count) }
    package static func - (a: Self, b: Self) -> Self { Self(a.count - b.count) }
}

/// A calendar year: a number that is never written with separators nor added up. 0 until somebody fills it in.
package struct Year: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    package var number: Int

    package init(_ number: Int) { self.number = number }
    package init(integerLiteral number: Int) { self.number = number }

    package var description: String { String(number) }
    package var previous: Year { Year(number - 1) }
    package var firstDay: Day { Day(year: number, month: 1, day: 1) ?? .distantPast }
    package var lastDay: Day { Day(year: number, month: 12, day: 31) ?? .distantFuture }

    package static func < (a: Year, b: Year) -> Bool { a.number < b.number }
}
