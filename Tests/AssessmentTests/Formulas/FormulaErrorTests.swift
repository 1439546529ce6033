import Assessment
import Testing

@Suite("A formula that is wrong") struct FormulaErrorTests {
    @Test(
        "is refused where it cannot be read",
        arguments: [
            ("", "1 formula.unexpected-end"), ("  ", "3 formula.unexpected-end"), ("1 +", "4 formula.unexpected-end"),
            ("(1", "3 formula.unexpected-end"), ("min(1", "6 formula.unexpected-end"),
            ("if", "3 formula.unexpected-end"),
            (")", "1 formula.unexpected found=)"), ("1)", "2 formula.unexpected found=)"),
            ("1 2", "3 formula.unexpected found=2"), ("1 * / 2", "5 formula.unexpected found=/"),
            ("1 == 2", "4 formula.unexpected found=="), ("min 1", "5 formula.unexpected found=1"),
            ("min(1,)", "7 formula.unexpected found=)"), ("min(,1)", "5 formula.unexpected found=,"),
            ("min(1 2)", "7 formula.unexpected found=2"), ("+1", "1 formula.unexpected found=+"),
            ("1 + not yes", "5 formula.unexpected found=not"),
            ("revenue (1)", "1 formula.unknown-function name=revenue"),
            ("12,5", "3 formula.unexpected found=,"), ("1.5.2", "4 formula.unexpected found=."),
            ("1.", "2 formula.unexpected found=."), (".5", "1 formula.unexpected found=."),
            ("1__0", "1 formula.unexpected found=1__0"), ("1_", "1 formula.unexpected found=1_"),
            ("12abc", "1 formula.unexpected found=12abc"), ("5and yes", "1 formula.unexpected found=5and"),
            ("Revenue", "1 formula.unexpected found=Revenue"), ("re\u{301}venue", "1 formula.unexpected found=révenue"),
            ("_a", "1 formula.unexpected found=_a"),
            ("👩‍🌾 + doanh thu", "1 formula.unexpected found=👩‍🌾"), ("1 × 2", "3 formula.unexpected found=×"),
            ("revenue.prev", "8 formula.unexpected found=."), ("revenue.previously", "8 formula.unexpected found=."),
            ("yes.previous", "4 formula.unexpected found=."), ("revenue % 2", "9 formula.unexpected found=%"),
            ("1 < 2 < 3", "7 formula.chained-comparison found=<"),
            ("1 = 2 <> 3", "7 formula.chained-comparison found=<>"),
            ("not 1 < 2 = yes", "11 formula.chained-comparison found=="),
        ])
    func syntax(text: String, error: String) { #expect(SampleReturn.errors(text) == [error]) }

    @Test(
        "is refused where its types do not fit",
        arguments: [
            ("revenue + members", "9 formula.unit-mismatch left=vnd right=person"),
            ("revenue / members > land", "19 formula.unit-mismatch left=vnd/person right=m2"),
            ("1 / land = land * land", "10 formula.unit-mismatch left=1/m2 right=m2^2"),
            ("revenue >= 20 %", "9 formula.unit-mismatch left=vnd right=1"),
            ("min(revenue, 0, members)", "17 formula.unit-mismatch left=vnd right=person"),
            ("if(fined, revenue, members)", "20 formula.unit-mismatch left=vnd right=person"),
            ("1 + yes", "5 formula.not-a-number found=yes"), ("-(1 = 2)", "2 formula.not-a-number found=1 = 2"),
            ("abs(fined)", "5 formula.not-a-number found=fined"),
            ("max(1, fined)", "8 formula.not-a-number found=fined"),
            ("fined < audited", "1 formula.not-a-number found=fined | 9 formula.not-a-number found=audited"),
            ("not revenue", "5 formula.not-yes-or-no found=revenue"), ("yes and 1", "9 formula.not-yes-or-no found=1"),
            ("if(revenue, 1, 2)", "4 formula.not-yes-or-no found=revenue"),
            ("if(fined, 1, no)", "11 formula.not-yes-or-no found=1"),
            ("revenue = yes", "1 formula.not-yes-or-no found=revenue"),
        ])
    func types(text: String, errors: String) { #expect(SampleReturn.errors(text).joined(separator: " | ") == errors) }

    @Test(
        "is refused for names, counts and numbers",
        arguments: [
            ("doanh_thu.previous", "1 formula.unknown-name name=doanh_thu"),
            ("1 + sum(1)", "5 formula.unknown-function name=sum"),
            ("min()", "1 formula.argument-count expected=2+ found=0 name=min"),
            ("1 + max(1)", "5 formula.argument-count expected=2+ found=1 name=max"),
            ("if(yes, 1)", "1 formula.argument-count expected=3 found=2 name=if"),
            ("known(1, 2)", "1 formula.argument-count expected=1 found=2 name=known"),
            ("abs()", "1 formula.argument-count expected=1 found=0 name=abs"),
            ("1 + 9223372036854775808", "5 formula.number-too-large"),
            ("0.0000000000000000001", "1 formula.number-too-large"),
        ])
    func others(text: String, error: String) { #expect(SampleReturn.errors(text) == [error]) }

    @Test("hears of all mistakes at once, of each once, from left to right") func all() {
        #expect(
            SampleReturn.errors("if(a, b + yes, revenue * members) + c and sum(d, e) > ") == [
                "4 formula.unknown-name name=a",
                "7 formula.unknown-name name=b", "11 formula.not-a-number found=yes", "37 formula.unknown-name name=c",
                "43 formula.unknown-function name=sum", "47 formula.unknown-name name=d",
                "50 formula.unknown-name name=e", "55 formula.unexpected-end",
            ])
        #expect(
            SampleReturn.errors("(x - y) * revenue + members") == [
                "2 formula.unknown-name name=x", "6 formula.unknown-name name=y",
            ])
    }

    @Test("is refused for its length and its depth") func limits() {
        #expect(SampleReturn.errors(String(repeating: " ", count: 1999) + "1") == ["1"])
        #expect(SampleReturn.errors(String(repeating: " ", count: 2000) + "1") == ["2001 formula.too-long limit=2000"])
        #expect(SampleReturn.errors(String(repeating: "👩‍🌾", count: 100_000)) == ["2001 formula.too-long limit=2000"])
        for (opening, column) in [("(", 65), ("-", 65), ("not ", 257), ("abs(", 260), ("f(", 130)] {
            let errors = SampleReturn.errors(String(repeating: opening, count: 400) + "1")
            #expect(errors.last == "\(column) formula.too-deep limit=64", "\(opening)")
        }
    }
}
