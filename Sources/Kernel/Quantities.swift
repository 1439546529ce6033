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
