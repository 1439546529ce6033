package import Kernel

/// A fraction without error, in lowest terms: shares and averages of a yearly return. What 127 bits above or below the
/// line do not hold is `nil`, never rounded and never wrapped around.
package struct Rational: Hashable, Sendable {
    package let numerator: Int128
    /// Above zero.
    package let denominator: Int128

    /// `nil` where the denominator is 0, or one of the two is `Int128.min`, which has no opposite.
    package init?(_ numerator: Int128, over denominator: Int128) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        let divisor = Int128(Self.commonDivisor(numerator, denominator)) * denominator.signum()
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    package init(_ whole: Int64) {
        numerator = Int128(whole)
        denominator = 1
    }

    /// `nil` where it has more than 38 decimals.
    package init?(_ decimal: ExactDecimal) {
        guard (0...38).contains(decimal.scale) else { return nil }
        self.init(Int128(decimal.mantissa), over: (0..<decimal.scale).reduce(1) { power, _ in power * 10 })
    }

    package var magnitude: Rational { numerator < 0 ? -self : self }

    /// Also `nil` where the sum over the common denominator does not fit, even if it could be reduced afterwards.
    package func plus(_ other: Rational) -> Rational? {
        let divisor = Int128(Self.commonDivisor(denominator, other.denominator))
        let (mine, others) = (other.denominator / divisor, denominator / divisor)
        guard let left = Self.product(numerator, mine), let right = Self.product(other.numerator, others),
            let common = Self.product(denominator, mine)
        else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : Rational(sum, over: common)
    }

    package func minus(_ other: Rational) -> Rational? { plus(-other) }

    package func times(_ other: Rational) -> Rational? {
        let down = Int128(Self.commonDivisor(numerator, other.denominator))
        let up = Int128(Self.commonDivisor(other.numerator, denominator))
        guard let above = Self.product(numerator / down, other.numerator / up),
            let below = Self.product(denominator / up, other.denominator / down)
        else { return nil }
        return Rational(above, over: below)
    }

    /// Also `nil` where `other` is 0.
    package func divided(by other: Rational) -> Rational? {
        Rational(other.denominator, over: other.numerator).flatMap(times)
    }

    /// With so many decimals, half away from zero: `-0.125` with two is `-0.13`.
    package func decimal(places: Int) -> String {
        let divisor = denominator.magnitude
        var (whole, rest) = numerator.magnitude.quotientAndRemainder(dividingBy: divisor)
        var digits: [UInt128] = []
        for _ in 0..<max(0, places) {
            let (digit, remainder) = divisor.dividingFullWidth(rest.multipliedFullWidth(by: 10))
            digits.append(digit)
            rest = remainder
        }
        if rest >= divisor - rest {
            let nines = digits.reversed().prefix { $0 == 9 }.count
            digits.replaceSubrange((digits.count - nines)..., with: repeatElement(0, count: nines))
            if nines < digits.count { digits[digits.count - nines - 1] += 1 } else { whole += 1 }
        }
        let sign = numerator < 0 && (whole > 0 || digits.contains { $0 > 0 }) ? "-" : ""
        return "\(sign)\(whole)\(digits.isEmpty ? "" : ".")\(digits.map(String.init).joined())"
    }

    /// The same as a number; `nil` where 64 bits do not hold it.
    package func rounded(places: Int) -> ExactDecimal? {
        Int64(decimal(places: places).filter { $0 != "." }).map { ExactDecimal(mantissa: $0, scale: max(0, places)) }
    }

    private static func product(_ a: Int128, _ b: Int128) -> Int128? {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? nil : product
    }

    private static func commonDivisor(_ a: Int128, _ b: Int128) -> UInt128 {
        var (a, b) = (a.magnitude, b.magnitude)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}

extension Rational: Comparable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    package static let zero: Rational = 0

    package init(integerLiteral whole: Int64) { self.init(whole) }

    package static func < (a: Rational, b: Rational) -> Bool {
        let left = a.numerator.multipliedFullWidth(by: b.denominator)
        let right = b.numerator.multipliedFullWidth(by: a.denominator)
        return (left.high, left.low) < (right.high, right.low)
    }

    package static prefix func - (number: Rational) -> Rational {
        Rational(reduced: -number.numerator, over: number.denominator)
    }

    private init(reduced numerator: Int128, over denominator: Int128) {
        self.numerator = numerator
        self.denominator = denominator
    }

    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
