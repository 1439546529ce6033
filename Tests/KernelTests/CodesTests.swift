import Kernel
import Testing

@Suite("A tax code") struct TaxCodeTests {
    @Test("is valid with its check digit", arguments: CodeVectors.shared.mst_valid) func valid(code: CodeVectors.Code) {
        #expect(TaxCode.check(code.value) == .valid(code.display ?? ""))
    }

    // The vectors are strict about spaces; what people type is not: see `spaces`.
    @Test("is not valid otherwise", arguments: CodeVectors.shared.mst_invalid.filter { !$0.value.contains(" ") })
    func invalid(code: CodeVectors.Code) {
        let digits = code.value.filter { $0 != "-" }.count
        switch TaxCode.check(code.value) {
        case .valid: Issue.record("valid: \(code.value)")
        case .wrongCheckDigit: #expect(digits == 10 || digits == 13)
        case .malformed: #expect(code.reason?.contains("check") != true && code.reason?.contains("mod 11") != true)
        }
    }

    @Test("may have spaces, and a wrong check digit is told apart") func spaces() {
        #expect(TaxCode.check(" 3709 566 390 ") == .valid("3709566390"))
        #expect(TaxCode.check("0314409058 - 002") == .valid("0314409058-002"))
        #expect(TaxCode.check("3709969851") == .wrongCheckDigit("3709969851"))
        #expect(TaxCode.check("1234567890123") == .wrongCheckDigit("1234567890-123"))
        #expect(TaxCode.check("3.70991E+09") == .malformed)
    }
}

@Suite("A citizen's number") struct CitizenNumberTests {
    let today: Day = "2026-11-24"

    @Test("tells sex and year of birth", arguments: CodeVectors.shared.cccd_valid) func valid(code: CodeVectors.Code) {
        guard case .valid(let number) = CitizenNumber.check(code.value, on: today) else {
            Issue.record("refused: \(code.value)")
            return
        }
        #expect(number.birthYear == code.birth_year)
        #expect(number.isFemale == (code.gender == "female"))
        #expect(number.province == code.value.prefix(3))
    }

    @Test("is refused with the reason", arguments: CodeVectors.shared.cccd_invalid.filter { !$0.value.contains(" ") })
    func invalid(code: CodeVectors.Code) {
        let expected: CitizenNumber.Check =
            code.reason?.contains("province") == true
            ? .unknownProvince : code.reason?.contains("future") == true ? .notYetBorn : .malformed
        #expect(CitizenNumber.check(code.value, on: today) == expected)
    }

    @Test("may be typed with spaces, and is kept without") func spaces() {
        guard case .valid(let number) = CitizenNumber.check("074 099 000000", on: today) else {
            Issue.record("refused")
            return
        }
        #expect(number.digits == "074099000000")
    }
}

@Suite("A phone number") struct PhoneTests {
    @Test(
        "is kept as its digits",
        arguments: [
            ("0912345678", "0912345678"), ("959518164", "0959518164"), ("0951.559.988", "0951559988"),
            ("0959 668 580", "0959668580"),
            ("+84 912 345 678", "0912345678"), ("84912345678", "0912345678"), ("0084912345678", "0912345678"),
            ("(0274) 3822 825", "02743822825"), ("2743822825", "02743822825"), ("028-3822-1234", "02838221234"),
            ("+84 (0)912 345 678", "0912345678"), ("845123456", "0845123456"),
        ])
    func read(text: String, digits: String) { #expect(Phone.parse(text) == digits) }

    @Test(
        "that cannot be is refused",
        arguments: [
            "", "12345", "0112345678", "09123456789", "0912345678 / 0987654321", "chưa có", "+1 202 555 0100",
            "09123x5678", "0000000000",
            "0912345678 - 0987654321", "091234567", "1900 1234",
        ])
    func refused(text: String) { #expect(Phone.parse(text) == nil) }

    @Test("is shown in groups") func shown() {
        #expect(Phone.shown("0912345678") == "0912 345 678")
        #expect(Phone.shown("02743822825") == "0274 3822 825")
        #expect(Phone.shown("02838221234") == "028 3822 1234")
    }
}
