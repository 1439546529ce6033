extension NumberText {
    /// `1.234.567`, in English `1,234,567`.
    package static func grouped(_ number: some BinaryInteger, _ language: Language) -> String {
        var digits = Array(String(number.magnitude).utf8)
        var place = digits.count - 3
        while place > 0 {
            digits.insert(language == .vi ? UInt8(ascii: ".") : UInt8(ascii: ","), at: place)
            place -= 3
        }
        return (number < 0 ? "-" : "") + String(decoding: digits, as: UTF8.self)
    }

    /// `1.250,5`, in English `1,250.5`; all its decimals.
    package static func shown(_ number: ExactDecimal, _ language: Language) -> String {
        guard number.scale > 0 else { return grouped(number.mantissa, language) }
        var power: Int128 = 1
        for _ in 0..<number.scale { power *= 10 }
        let (whole, rest) = Int128(number.mantissa.magnitude).quotientAndRemainder(dividingBy: power)
        let fraction = String(rest)
        return (number.mantissa < 0 ? "-" : "") + grouped(whole, language) + (language == .vi ? "," : ".")
            + String(repeating: "0", count: number.scale - fraction.utf8.count) + fraction
    }

    /// Below zero as accounts write it: `(1.234)`.
    package static func accounting(_ number: some BinaryInteger, _ language: Language) -> String {
        number < 0 ? "(\(grouped(number.magnitude, language)))" : grouped(number, language)
    }

    /// `1.234.567 đồng`, in English `1,234,567 VND`.
    package static func money(_ money: Money, _ language: Language) -> String {
        grouped(money.vnd, language) + (language == .vi ? " đồng" : " VND")
    }

    /// Million đồng without the unit, exact: `1.250,5`.
    package static func millions(_ money: Money, _ language: Language) -> String {
        shown(ExactDecimal(mantissa: money.vnd, scale: 6), language)
    }

    /// Hectares without the unit, exact: `3,5`.
    package static func hectares(_ area: Area, _ language: Language) -> String {
        shown(ExactDecimal(mantissa: area.squareMetres, scale: 4), language)
    }

    /// Kilograms without the unit, exact.
    package static func kilograms(_ weight: Weight, _ language: Language) -> String {
        shown(ExactDecimal(mantissa: weight.grams, scale: 3), language)
    }

    /// Tấn without the unit, exact.
    package static func tonnes(_ weight: Weight, _ language: Language) -> String {
        shown(ExactDecimal(mantissa: weight.grams, scale: 6), language)
    }

    /// `72,92 %`, in English `72.92%`: at most two decimals, half up. `nil` where there is nothing to be a part of.
    package static func percent(_ part: Int64, of whole: Int64, _ language: Language) -> String? {
        guard whole != 0, let hundredths = Int64(exactly: rounded(Int128(part) * 10_000, Int128(whole))) else {
            return nil
        }
        return shown(ExactDecimal(mantissa: hundredths, scale: 2), language) + (language == .vi ? " %" : "%")
    }

    /// A percentage with both its counts: `35/48, 72,92 %`; without the percentage where the whole is 0.
    package static func share(_ part: Int64, of whole: Int64, _ language: Language) -> String {
        let counts = "\(grouped(part, language))/\(grouped(whole, language))"
        return percent(part, of: whole, language).map { "\(counts), \($0)" } ?? counts
    }

    /// The quotient as a whole number, half away from zero.
    private static func rounded(_ dividend: Int128, _ divisor: Int128) -> Int128 {
        let quotient = (dividend.magnitude * 2 + divisor.magnitude) / (divisor.magnitude * 2)
        return (dividend < 0) == (divisor < 0) ? Int128(quotient) : -Int128(quotient)
    }
}
