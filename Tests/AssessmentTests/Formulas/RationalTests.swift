import Assessment
import Kernel
import Testing

@Suite("A fraction") struct RationalTests {
    private static func fraction(_ above: Int128, _ below: Int128) throws -> Rational {
        try #require(Rational(above, over: below))
    }

    @Test("is reduced, with the sign above the line") func reduced() throws {
        #expect(try "\(Self.fraction(6, -4))" == "-3/2")
        #expect(try Self.fraction(0, -7) == .zero)
        #expect(try Self.fraction(-4, -2) == 2)
        #expect(Rational(1, over: 0) == nil)
        #expect(Rational(.min, over: 2) == nil)
        #expect(Rational(2, over: .min) == nil)
        #expect(Rational(ExactDecimal(mantissa: -12505, scale: 2)) == Rational(-2501, over: 20))
        #expect(Rational(ExactDecimal(mantissa: 1, scale: 38)) != nil)
        #expect(Rational(ExactDecimal(mantissa: 1, scale: 39)) == nil)
    }

    @Test(
        "is written with decimals, half away from zero",
        arguments: [
            (1, 8, 2, "0.13"), (-1, 8, 2, "-0.13"), (1, 8, 3, "0.125"), (1, 8, 5, "0.12500"), (5, 2, 0, "3"),
            (-5, 2, 0, "-3"), (2, 3, 4, "0.6667"), (-1, 1000, 2, "0.00"), (999, 1000, 2, "1.00"),
            (1999, 100, 1, "20.0"),
            (-1999, 100, 1, "-20.0"), (0, 1, 1, "0.0"), (7, 1, 0, "7"), (7, 1, -3, "7"), (.max, .max - 1, 3, "1.000"),
            (.max, 1, 1, "170141183460469231731687303715884105727.0"),
            (1, .max, 39, "0.000000000000000000000000000000000000006"),
        ] as [(Int128, Int128, Int, String)])
    func decimal(above: Int128, below: Int128, places: Int, written: String) throws {
        #expect(try Self.fraction(above, below).decimal(places: places) == written)
    }

    @Test("is rounded to a number of 64 bits or to none") func rounded() throws {
        #expect(try Self.fraction(2, 3).rounded(places: 2) == ExactDecimal(mantissa: 67, scale: 2))
        #expect(Rational(.max).rounded(places: 0) == ExactDecimal(mantissa: .max))
        #expect(Rational(.max).rounded(places: 1) == nil)
    }

    @Test("overflows to nothing") func overflow() throws {
        let greatest = try Self.fraction(.max, 1)
        let least = try Self.fraction(1, .max)
        #expect(greatest.plus(1) == nil)
        #expect((-greatest).minus(1) == nil)
        #expect(greatest.plus(-greatest) == .zero)
        #expect(greatest.times(2) == nil)
        #expect(least.divided(by: 2) == nil)
        #expect(greatest.times(least) == 1)
        #expect(least.plus(try Self.fraction(1, .max - 1)) == nil)
        #expect(try Self.fraction(-(1 << 64), 1).times(Self.fraction(1 << 63, 1)) == nil)
        #expect(Rational(5).divided(by: .zero) == nil)
        #expect(Rational(.min).magnitude == Rational(-Int128(Int64.min), over: 1))
    }

    @Test("is compared exactly, however great") func compared() throws {
        let numbers = try [
            Self.fraction(-.max, 1), Self.fraction(-3, 2), 0, Self.fraction(1, .max), Self.fraction(.max - 2, .max - 1),
            Self.fraction(.max - 1, .max), 1, Self.fraction(.max, .max - 1), Self.fraction(.max, 1),
        ]
        #expect(numbers.reversed().sorted() == numbers)
        for pair in zip(numbers, numbers.dropFirst()) { #expect(pair.0 < pair.1) }
    }

    @Test("takes back what was added and multiplied") func inverse() throws {
        var random = SplitMix(state: 7)
        func number() throws -> Rational {
            let bits = Int128.random(in: 1...60, using: &random)
            let range = -(Int128(1) << bits)...(Int128(1) << bits)
            let above = Int128.random(in: range, using: &random)
            return try Self.fraction(above, Int128.random(in: 1...(1 << 20), using: &random))
        }
        for _ in 0..<5000 {
            let (a, b) = (try number(), try number())
            let (sum, product) = (try #require(a.plus(b)), try #require(a.times(b)))
            #expect(sum.minus(b) == a)
            #expect((sum < a) == (b < 0))
            if b != .zero { #expect(product.divided(by: b) == a) }
        }
    }
}
