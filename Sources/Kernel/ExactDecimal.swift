/// A decimal number without error: `mantissa / 10^scale`, without trailing zeros behind the point. 1.250,5 is 12505 with
/// scale 1.
package struct ExactDecimal: Hashable, Sendable {
    package let mantissa: Int64
    package let scale: Int

    package init(mantissa: Int64, scale: Int = 0) {
        var (mantissa, scale) = (mantissa, scale)
        while scale > 0, mantissa % 10 == 0 {
            mantissa /= 10
            scale -= 1
        }
        self.mantissa = mantissa
        self.scale = scale
    }

    /// From the digits before and behind the point; `nil` where they are too many for 64 bits.
    init?(whole: some StringProtocol, fraction: some StringProtocol, isNegative: Bool) {
        var significant = Substring(fraction)
        while significant.last == "0" { significant.removeLast() }
        guard let mantissa = Int64("\(isNegative ? "-" : "")\(whole)\(significant)"), significant.utf8.count <= 18
        else {
            return nil
        }
        self.init(mantissa: mantissa, scale: significant.utf8.count)
    }

    /// The number times `factor` as a whole number; `nil` where a remainder would be left or 64 bits do not hold it.
    package func scaled(toInteger factor: Int64) -> Int64? {
        var product = Int128(mantissa) * Int128(factor)
        for _ in 0..<scale {
            guard product % 10 == 0 else { return product == 0 ? 0 : nil }
            product /= 10
        }
        return Int64(exactly: product)
    }
}

/// What stands behind a number.
package enum MeasureUnit: Hashable, Sendable {
    /// The worth of 1 in đồng: đồng 1, nghìn 1,000, triệu 1,000,000, tỷ 1,000,000,000.
    case money(Int64)
    case hectare, squareMetre
    /// Công, sào, mẫu: they differ from region to region, so that nothing is converted and a person is asked.
    case localArea
    case gram, kilogram
    /// Yến, 10 kg; tạ, 100 kg; tấn, 1,000 kg.
    case tenKilograms, quintal, tonne
    case percent

    /// m² in one of it.
    package var squareMetres: Int64? {
        switch self {
        case .hectare: 10_000
        case .squareMetre: 1
        default: nil
        }
    }

    package var grams: Int64? {
        switch self {
        case .gram: 1
        case .kilogram: 1000
        case .tenKilograms: 10_000
        case .quintal: 100_000
        case .tonne: 1_000_000
        default: nil
        }
    }
}

extension Money {
    /// `nil` where the unit is none of money, or the amount is no whole number of đồng that 64 bits hold.
    package init?(_ number: ExactDecimal, in unit: MeasureUnit) {
        guard case .money(let factor) = unit, let vnd = number.scaled(toInteger: factor) else { return nil }
        self.init(vnd: vnd)
    }
}

extension Area {
    /// `nil` where the unit is none of area, or the result is no whole number of m² that 64 bits hold.
    package init?(_ number: ExactDecimal, in unit: MeasureUnit) {
        guard let factor = unit.squareMetres, let whole = number.scaled(toInteger: factor) else { return nil }
        self.init(squareMetres: whole)
    }
}

extension Weight {
    /// `nil` where the unit is none of weight, or the result is no whole number of grams that 64 bits hold.
    package init?(_ number: ExactDecimal, in unit: MeasureUnit) {
        guard let factor = unit.grams, let whole = number.scaled(toInteger: factor) else { return nil }
        self.init(grams: whole)
    }
}
