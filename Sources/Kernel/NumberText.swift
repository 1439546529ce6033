/// Numbers as people write them, read and written. Reading follows Vietnamese writing (`1.250,5`), and says where the
/// text may mean something else; writing follows the language.
package enum NumberText {
    package enum Reading: Equatable, Sendable {
        case number(ExactDecimal, unit: MeasureUnit?)
        /// Two numbers that the text may mean; `first` by Vietnamese writing, or the likelier one. Ask, never guess.
        case ambiguous(first: ExactDecimal, second: ExactDecimal)
        case unreadable
    }

    /// `1.250,5` · `247.646` · `1 250` · `2.250.000.000 đ` · `3,5ha` · `(1.234)` and `-500` below zero · `1 tỷ 200 triệu`.
    /// `1.234` is 1234. Asked about: `12.5` (a dot with one, two or more than three digits behind it) and `1,250`.
    package static func parse(_ text: String) -> Reading {
        var text = normalised(text)[...]
        var isNegative = false
        if text.first == "(", let close = text.firstIndex(of: ")") {
            // Accounts write (1.234) for what is below zero.
            isNegative = true
            text = (text[..<close] + text[text.index(after: close)...]).dropFirst()
        }
        if let sign = text.first, "-−–".contains(sign), !isNegative {
            isNegative = true
            text = text.dropFirst()
        }
        text = text.drop { $0 == " " }
        let end = text.firstIndex { !("0"..."9").contains($0) && !"., ".contains($0) } ?? text.endIndex
        var digits = text[..<end]
        while digits.last == " " { digits.removeLast() }
        var unit: MeasureUnit?
        let rest = text[end...]
        if !rest.isEmpty {
            guard let known = units[unitKey(rest)] else { return compound(text, isNegative) }
            unit = known
        }
        return number(digits, unit, isNegative)
    }

    /// A number as a workbook's XML has it (`1250.5000000000002`, `3.7E+09`), rounded to the 15 digits that a
    /// spreadsheet shows: the rest is noise of binary fractions.
    package static func decimal(literal: String) -> ExactDecimal? {
        var mantissa: Int64 = 0
        var (digits, exponent, written) = (0, 0, 0)
        var isNegative = false
        var isFraction = false
        var roundsUp: Bool?
        var index = literal.utf8.startIndex
        let bytes = literal.utf8
        reading: while index < bytes.endIndex {
            let byte = bytes[index]
            index = bytes.index(after: index)
            switch byte {
            case UInt8(ascii: "-") where written == 0 && !isNegative && !isFraction: isNegative = true
            case UInt8(ascii: ".") where !isFraction: isFraction = true
            case 48...57:
                written += 1
                if digits < 15 {
                    mantissa = mantissa * 10 + Int64(byte - 48)
                    if mantissa != 0 { digits += 1 }
                    if isFraction { exponent -= 1 }
                } else {
                    roundsUp = roundsUp ?? (byte >= 53)
                    if !isFraction { exponent += 1 }
                }
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard let power = Int(literal[index...]), abs(power) < 400 else { return nil }
                exponent += power
                break reading
            default: return nil
            }
        }
        guard written > 0 else { return nil }
        if roundsUp == true { mantissa += 1 }
        while exponent > 0, mantissa != 0 {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            mantissa = product
            exponent -= 1
        }
        while exponent < -18 {
            mantissa = (mantissa + 5) / 10
            exponent += 1
        }
        return ExactDecimal(mantissa: isNegative ? -mantissa : mantissa, scale: max(0, -exponent))
    }

    private static func number(_ digits: Substring, _ unit: MeasureUnit?, _ isNegative: Bool) -> Reading {
        func decimal(_ whole: some StringProtocol, _ fraction: Substring = "") -> ExactDecimal? {
            ExactDecimal(whole: whole, fraction: fraction, isNegative: isNegative)
        }
        func certain(_ number: ExactDecimal?) -> Reading { number.map { .number($0, unit: unit) } ?? .unreadable }
        func asked(_ first: ExactDecimal?, _ second: ExactDecimal?) -> Reading {
            guard let first, let second else { return .unreadable }
            return .ambiguous(first: first, second: second)
        }

        guard let lastDigit = digits.last, let firstDigit = digits.first, lastDigit.isASCIIDigit,
            firstDigit.isASCIIDigit
        else { return .unreadable }
        let dots = digits.split(separator: ".", omittingEmptySubsequences: false)
        let commas = digits.split(separator: ",", omittingEmptySubsequences: false)
        switch (dots.count - 1, commas.count - 1) {
        case (0, 0):
            return certain(grouped(digits, " ").flatMap { decimal($0) })
        case (0, 1):
            let (whole, fraction) = (commas[0], commas[1])
            guard let joined = grouped(whole, " "), fraction.allSatisfy(\.isASCIIDigit) else { return .unreadable }
            let looksEnglish = fraction.count == 3 && whole.count <= 3 && whole.first != "0"
            return looksEnglish
                ? asked(decimal(joined, fraction), decimal(joined + fraction)) : certain(decimal(joined, fraction))
        case (1, 0):
            let (whole, fraction) = (dots[0], dots[1])
            guard let joined = grouped(whole, " "), fraction.allSatisfy(\.isASCIIDigit) else { return .unreadable }
            let isGroup = fraction.count == 3 && whole.count <= 3 && whole.first != "0"
            return isGroup
                ? certain(decimal(joined + fraction)) : asked(decimal(joined, fraction), decimal(joined + fraction))
        case (_, 0): return certain(grouped(digits, ".").flatMap { decimal($0) })
        case (0, _): return certain(grouped(digits, ",").flatMap { decimal($0) })
        case (_, 1) where commas[1].allSatisfy(\.isASCIIDigit):
            return certain(grouped(commas[0], ".").flatMap { decimal($0, commas[1]) })
        case (1, _) where dots[1].allSatisfy(\.isASCIIDigit):
            return certain(grouped(dots[0], ",").flatMap { decimal($0, dots[1]) })
        default: return .unreadable
        }
    }

    /// `1.250.000` as `1250000`: groups of three after the first; `nil` where they are not.
    private static func grouped(_ text: Substring, _ separator: Character) -> String? {
        let groups = text.split(separator: separator, omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }) else { return nil }
        guard groups.count > 1 else { return String(text) }
        guard groups[0].count <= 3, groups[0].first != "0", groups.dropFirst().allSatisfy({ $0.count == 3 }) else {
            return nil
        }
        return groups.joined()
    }

    /// `1 tỷ 200 triệu đồng`: whole amounts of money in falling units.
    private static func compound(_ text: Substring, _ isNegative: Bool) -> Reading {
        var total: Int64 = 0
        var last = Int64.max
        var rest = text
        while !rest.isEmpty {
            let amount = rest.prefix { $0.isASCIIDigit }
            rest = rest.dropFirst(amount.count)
            let name = rest.prefix { !$0.isASCIIDigit }
            rest = rest.dropFirst(name.count)
            guard let count = Int64(amount), case .money(let factor)? = units[unitKey(name)], factor < last,
                count <= 1_000_000, last == .max || count < last / factor
            else { return .unreadable }
            let (sum, overflow) = total.addingReportingOverflow(count * factor)
            if overflow { return .unreadable }
            total = sum
            last = factor
        }
        return .number(ExactDecimal(mantissa: isNegative ? -total : total), unit: .money(1))
    }

    /// The unit that a text names, as it may stand behind a number: `triệu đồng`, `tr.đ`, `m²`.
    package static func unit(named text: some StringProtocol) -> MeasureUnit? { units[unitKey(text)] }

    private static func unitKey(_ text: some StringProtocol) -> String {
        fold(String(text)).filter { !" .-".contains($0) }
    }

    /// By folded name without spaces and dots.
    private static let units: [String: MeasureUnit] = {
        var units: [String: MeasureUnit] = [
            "ha": .hectare, "hecta": .hectare, "m2": .squareMetre, "metvuong": .squareMetre, "cong": .localArea,
            "congdat": .localArea, "sao": .localArea, "mau": .localArea, "g": .gram, "gam": .gram, "gram": .gram,
            "kg": .kilogram, "kilogam": .kilogram, "yen": .tenKilograms, "ta": .quintal, "tan": .tonne, "%": .percent,
        ]
        let currency = ["", "d", "dong", "vnd", "₫"]
        for name in currency.dropFirst() { units[name] = .money(1) }
        let multiples: [(Int64, [String])] = [
            (1000, ["nghin", "ngan"]), (1_000_000, ["trieu", "tr"]), (1_000_000_000, ["ty", "ti"]),
        ]
        for (factor, names) in multiples {
            for name in names { for suffix in currency { units[name + suffix] = .money(factor) } }
        }
        return units
    }()
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
