import Kernel
import Testing

@Suite("A number's text") struct NumberTextTests {
    private static func exact(_ mantissa: Int64, _ scale: Int = 0) -> ExactDecimal {
        ExactDecimal(mantissa: mantissa, scale: scale)
    }

    @Test(
        "is read the Vietnamese way",
        arguments: [
            ("1.250,5", 12505, 1, nil), ("247.646", 247_646, 0, nil), ("1 250", 1250, 0, nil),
            ("1\u{A0}250\u{A0}000,25", 125_000_025, 2, nil),
            ("0", 0, 0, nil), ("05", 5, 0, nil), ("10 ", 10, 0, nil), ("8,8", 88, 1, nil), ("0,125", 125, 3, nil),
            ("1250,500", 12505, 1, nil), ("1.234", 1234, 0, nil), ("1.234.567,89", 123_456_789, 2, nil),
            ("1,250,000", 1_250_000, 0, nil), ("1,250.5", 12505, 1, nil), ("3709456422", 3_709_456_422, 0, nil),
            ("(1.234)", -1234, 0, nil), ("(15)", -15, 0, nil), ("-500", -500, 0, nil), ("− 2,5", -25, 1, nil),
            ("2.250.000.000 đ", 2_250_000_000, 0, .money(1)), ("1.200 triệu đồng", 1200, 0, .money(1_000_000)),
            ("247.646 tr.đ", 247_646, 0, .money(1_000_000)), ("1,5 tỷ", 15, 1, .money(1_000_000_000)),
            ("2 tỉ đồng", 2, 0, .money(1_000_000_000)), ("500 ngàn", 500, 0, .money(1000)),
            ("70 nghìn đ", 70, 0, .money(1000)),
            ("500 TRIEU", 500, 0, .money(1_000_000)), ("10.000 VNĐ", 10000, 0, .money(1)),
            ("10.000₫", 10000, 0, .money(1)),
            ("(1.234) đồng", -1234, 0, .money(1)), ("1 tỷ 200 triệu đồng", 1_200_000_000, 0, .money(1)),
            ("42 ha", 42, 0, .hectare), ("3,5ha", 35, 1, .hectare), ("500 m²", 500, 0, .squareMetre),
            ("500m2", 500, 0, .squareMetre), ("5 công", 5, 0, .localArea), ("2 sào", 2, 0, .localArea),
            ("12 tấn", 12, 0, .tonne), ("7 tạ", 7, 0, .quintal), ("3 yến", 3, 0, .tenKilograms),
            ("1,5 kg", 15, 1, .kilogram),
            ("250 g", 250, 0, .gram), ("12,5%", 125, 1, .percent),
        ] as [(String, Int64, Int, MeasureUnit?)])
    func read(text: String, mantissa: Int64, scale: Int, unit: MeasureUnit?) {
        #expect(NumberText.parse(text) == .number(Self.exact(mantissa, scale), unit: unit))
    }

    @Test(
        "that may mean two numbers is asked about",
        arguments: [
            ("1,250", 1250, 3, 1250, 0), ("12.5", 125, 1, 125, 0), ("1.25", 125, 2, 125, 0), ("0.125", 125, 3, 125, 0),
            ("1.2345", 12345, 4, 12345, 0), ("1234.567", 1_234_567, 3, 1_234_567, 0), ("-1,250", -1250, 3, -1250, 0),
            ("12.5 ha", 125, 1, 125, 0),
        ] as [(String, Int64, Int, Int64, Int)])
    func ambiguous(text: String, first: Int64, firstScale: Int, second: Int64, secondScale: Int) {
        #expect(
            NumberText.parse(text)
                == .ambiguous(first: Self.exact(first, firstScale), second: Self.exact(second, secondScale)))
    }

    @Test(
        "that is none is not read",
        arguments: [
            "", "khoảng 20", "hai tỷ đồng", "#REF!", "1.2.3", "27.5.2010", "1.250.00", "12,", ",5", "1.250.", "1 25",
            "01 250",
            "12 người", "1,2,3", "1.250,5,5", "=12+8", "1e5", "--5", "(1.234", "99999999999999999999", "1 triệu 2 tỷ",
            "-",
            "1.250,500,000", "1 tỷ 2000 triệu", "0.250.000",
        ])
    func unreadable(text: String) { #expect(NumberText.parse(text) == .unreadable) }

    @Test(
        "of a workbook loses the noise of binary fractions",
        arguments: [
            ("1250.5000000000002", 12505, 1), ("1250.5", 12505, 1), ("0.30000000000000004", 3, 1), ("-19", -19, 0),
            ("3.7E+09", 3_700_000_000, 0), ("3709456422", 3_709_456_422, 0), ("1E-3", 1, 3),
            ("247646000000", 247_646_000_000, 0), ("0", 0, 0), ("0.00", 0, 0),
            ("123456789012345678", 123_456_789_012_346_000, 0),
            ("999999999999999.5", 1_000_000_000_000_000, 0), ("1.25e2", 125, 0),
        ] as [(String, Int64, Int)])
    func literal(text: String, mantissa: Int64, scale: Int) {
        #expect(NumberText.decimal(literal: text) == Self.exact(mantissa, scale))
    }

    @Test(
        "of a workbook that is no number is refused",
        arguments: ["", "-", "x", "1.2.3", "1E", "1E400", "9E30", "1-2", "."])
    func noLiteral(text: String) { #expect(NumberText.decimal(literal: text) == nil) }

    @Test("becomes money, area and weight exactly or not at all") func units() {
        #expect(Money(Self.exact(12505, 1), in: .money(1_000_000)) == Money(vnd: 1_250_500_000))
        #expect(Money(Self.exact(5, 1), in: .money(1)) == nil)
        #expect(Money(Self.exact(.max), in: .money(1000)) == nil)
        #expect(Money(Self.exact(5), in: .hectare) == nil)
        #expect(Area(Self.exact(35, 1), in: .hectare) == Area(squareMetres: 35_000))
        #expect(Area(Self.exact(12345, 5), in: .hectare) == nil)
        #expect(Area(Self.exact(5), in: .localArea) == nil)
        #expect(Weight(Self.exact(15, 1), in: .tonne) == Weight(grams: 1_500_000))
        #expect(Weight(Self.exact(25, 1), in: .quintal) == Weight(grams: 250_000))
        #expect(Self.exact(2500, 3) == Self.exact(25, 1))
        #expect(Self.exact(0, 5).scaled(toInteger: 7) == 0)
    }

    @Test("is written by language") func written() {
        #expect(NumberText.grouped(1_234_567, .vi) == "1.234.567")
        #expect(NumberText.grouped(1_234_567, .en) == "1,234,567")
        #expect(NumberText.grouped(-123, .vi) == "-123")
        #expect(NumberText.grouped(Int64.min, .vi) == "-9.223.372.036.854.775.808")
        #expect(NumberText.shown(Self.exact(12505, 1), .vi) == "1.250,5")
        #expect(NumberText.shown(Self.exact(12505, 1), .en) == "1,250.5")
        #expect(NumberText.shown(Self.exact(-5, 3), .vi) == "-0,005")
        #expect(NumberText.accounting(-1234, .vi) == "(1.234)")
        #expect(NumberText.accounting(1234, .en) == "1,234")
        #expect(NumberText.money(Money(vnd: 1_234_567), .vi) == "1.234.567 đồng")
        #expect(NumberText.money(Money(vnd: 1_234_567), .en) == "1,234,567 VND")
        #expect(NumberText.millions(Money(vnd: 1_250_500_000), .vi) == "1.250,5")
        #expect(NumberText.millions(Money(vnd: 247_646_000_000), .en) == "247,646")
        #expect(NumberText.millions(Money(vnd: -1), .vi) == "-0,000001")
        #expect(NumberText.hectares(Area(squareMetres: 35_000), .vi) == "3,5")
        #expect(NumberText.kilograms(Weight(grams: 1_500), .en) == "1.5")
        #expect(NumberText.tonnes(Weight(grams: 12_000_000), .vi) == "12")
    }

    @Test(
        "as a share shows both counts and at most two decimals, half up",
        arguments: [
            (35, 48, "35/48, 72,92 %", "35/48, 72.92%"), (35, 84, "35/84, 41,67 %", "35/84, 41.67%"),
            (18, 48, "18/48, 37,5 %", "18/48, 37.5%"), (17, 48, "17/48, 35,42 %", "17/48, 35.42%"),
            (0, 5, "0/5, 0 %", "0/5, 0%"), (5, 5, "5/5, 100 %", "5/5, 100%"), (3, 0, "3/0", "3/0"),
            (1, 800, "1/800, 0,13 %", "1/800, 0.13%"), (-1, 800, "-1/800, -0,13 %", "-1/800, -0.13%"),
            (1131, 2000, "1.131/2.000, 56,55 %", "1,131/2,000, 56.55%"),
        ] as [(Int64, Int64, String, String)])
    func share(part: Int64, whole: Int64, vi: String, en: String) {
        #expect(NumberText.share(part, of: whole, .vi) == vi)
        #expect(NumberText.share(part, of: whole, .en) == en)
    }

    @Test("as a percentage holds the greatest amounts") func greatPercent() {
        #expect(NumberText.percent(.max, of: .max, .vi) == "100 %")
        #expect(NumberText.percent(1, of: 0, .vi) == nil)
    }

    @Test(
        "is read again as it was written", arguments: [0, 7, 12, 999, 1000, 1_234_567, 247_646_000_000, -56] as [Int64])
    func roundTrip(number: Int64) {
        #expect(NumberText.parse(NumberText.grouped(number, .vi)) == .number(Self.exact(number), unit: nil))
    }
}

@Suite("A number in words") struct NumberWordsTests {
    @Test("is said as the vectors say", arguments: VietnameseVectors.shared.number_words)
    func words(vector: VietnameseVectors.Words) {
        #expect(NumberWords().words(vector.n) == vector.words)
        #expect(NumberWords(zeroTens: "linh").words(vector.n) == vector.words_linh)
        #expect(NumberWords(thousand: "ngàn").words(vector.n) == vector.words_ngan)
        #expect(NumberText.grouped(vector.n, .vi) == vector.formatted)
    }

    @Test("of money begins with a capital", arguments: VietnameseVectors.shared.money_words)
    func money(vector: VietnameseVectors.Words) {
        #expect(NumberWords().words(Money(vnd: vector.n)) == vector.words)
        #expect(NumberText.money(Money(vnd: vector.n), .vi) == vector.formatted)
    }
}
