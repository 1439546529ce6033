import Assessment
import Foundation
import Testing

@Suite("A formula") struct FormulaTests {
    @Test(
        "is computed in the usual order",
        arguments: [
            ("2 + 3 * 4", "14"), ("(2 + 3) * 4", "20"), ("10 - 4 - 3", "3"), ("10 - (4 - 3)", "9"),
            ("100 / 10 / 5", "2"), ("100 / (10 / 5)", "50"), ("7 - 6 / 3 + 1", "6"), ("2 * 3 / 4 * 5", "15/2"),
            ("-2 * 3", "-6"), ("2 * -3", "-6"), ("2 - -3", "5"), ("--2", "2"), ("-(2 + 3)", "-5"),
            ("1 + 2 < 4", "yes"), ("3 <= 3 and 3 >= 3", "yes"), ("3 < 3 or 3 > 3", "no"), ("3 = 3 and 3 <> 4", "yes"),
            ("yes or yes and no", "yes"), ("(yes or yes) and no", "no"), ("not no and no", "no"),
            ("not (no and no)", "yes"), ("not 1 = 2", "yes"), ("not not yes", "yes"), ("(1 = 2) = no", "yes"),
            ("audited = yes and fined <> audited", "yes"),
        ])
    func order(text: String, result: String) throws { #expect(try SampleReturn.outcome(text) == result) }

    @Test(
        "reads numbers, names and functions",
        arguments: [
            ("1_000_000", "1000000"), ("12.50", "25/2"), ("20%", "1/5"), ("0.5 %", "1/200"), ("007", "7"),
            ("9223372036854775807", "9223372036854775807"), ("0.000000000000000001", "1/1000000000000000000"),
            ("revenue / planned", "6/5"), ("revenue-revenue.previous", "400"), ("\trevenue\n", "1200"),
            ("max(0, min(100, revenue / planned * 100)) >= 20 %", "yes"), ("min(3, 1, 2)", "1"), ("max(3, 1, 2)", "3"),
            ("abs(profit)", "300"), ("abs(5)", "5"), ("if(members > 0, profit / members, missing)", "-15/2"),
            ("if(fined, 0, 5)", "5"), ("known(revenue)", "yes"), ("known(lost + 1)", "no"), ("known(1 / 0)", "no"),
            ("share >= 25 %", "yes"), ("revenue >= 1000", "yes"), ("-1000 < profit", "yes"),
        ])
    func reading(text: String, result: String) throws { #expect(try SampleReturn.outcome(text) == result) }

    @Test(
        "without a value says what is missing and what went wrong",
        arguments: [
            ("missing", "?"), ("lost", "?lost"), ("planned.previous", "?planned.previous"), ("-lost", "?lost"),
            ("lost / absent", "?absent,lost"), ("revenue - lost", "?lost"), ("idle * lost", "?lost"),
            ("lost < revenue", "?lost"), ("lost = lost", "?lost"), ("min(revenue, lost)", "?lost"),
            ("max(lost, revenue, planned.previous)", "?lost,planned.previous"), ("abs(lost)", "?lost"),
            ("unsure = yes", "?unsure"), ("1 / 0", "?!divisionByZero"), ("revenue / idle", "?!divisionByZero"),
            ("revenue / idle * lost", "?lost!divisionByZero"), ("lost + revenue / idle", "?lost!divisionByZero"),
            ("lost / idle", "?lost"), ("1 / 0 = 1 / 0", "?!divisionByZero"),
            ("9223372036854775807 * 9223372036854775807 * 2", "170141183460469231694793815568465002498"),
            ("9223372036854775807 * 9223372036854775807 * 3", "?!overflow"),
            ("1 / 9223372036854775807 / 9223372036854775807 / 3", "?!overflow"),
            ("if(revenue > 0, revenue, lost)", "1200"), ("if(revenue < 0, 1 / 0, lost)", "?lost"),
            ("if(unsure, 5, 10 / 2)", "5"), ("if(unsure, 5, 6)", "?unsure"),
            ("if(unsure, revenue, lost)", "?lost,unsure"),
            ("if(unsure, lost / 0, lost.previous)", "?lost,lost.previous,unsure"), ("if(missing, yes, yes)", "yes"),
        ])
    func missing(text: String, result: String) throws { #expect(try SampleReturn.outcome(text) == result) }

    @Test("follows Kleene's tables") func kleene() throws {
        let words = ["no", "missing", "yes"]
        for (left, a) in words.enumerated() {
            #expect(try SampleReturn.outcome("not \(a)") == ["yes", "?", "no"][left])
            for (right, b) in words.enumerated() {
                #expect(
                    try SampleReturn.outcome("\(a) and \(b)") == ["no", "?", "yes"][min(left, right)], "\(a) and \(b)")
                #expect(
                    try SampleReturn.outcome("\(a) or \(b)") == ["no", "?", "yes"][max(left, right)], "\(a) or \(b)")
            }
        }
        #expect(try SampleReturn.outcome("unsure and revenue > lost") == "?lost,unsure")
        #expect(try SampleReturn.outcome("unsure and 1 / 0 > 1 and fined") == "no")
    }

    @Test(
        "has the unit that its parts give it",
        arguments: [
            ("revenue", .number(.vnd)), ("revenue / planned", .number(.none)), ("share", .number(.none)),
            ("revenue / members", .number(.vnd / .person)), ("members / land", .number(.person / .squareMetre)),
            ("land * land * revenue", .number(.squareMetre * .squareMetre * .vnd)),
            ("1 / members", .number(.none / .person)), ("revenue + 5", .number(.vnd)),
            ("max(0, profit)", .number(.vnd)),
            ("if(fined, 0, revenue)", .number(.vnd)), ("if(fined, missing, revenue)", .number(.vnd)),
            ("-abs(members)", .number(.person)), ("revenue * 20 %", .number(.vnd)), ("20 %", .number(.none)),
            ("5 * 2 - 1", .bareNumber), ("revenue >= 5 * 1_000", .yesNo), ("missing", .missing),
            ("missing * revenue + members", .number(.person)), ("if(missing, missing, fined)", .yesNo),
            ("missing and yes", .yesNo), ("known(land)", .yesNo), ("unsure = missing", .yesNo),
        ] as [(String, FormulaType)])
    func unit(text: String, type: FormulaType) throws { #expect(try SampleReturn.formula(text).type == type) }

    @Test("fits where its type is wanted") func fits() {
        #expect(FormulaType.bareNumber.fits(.number(.vnd)))
        #expect(FormulaType.missing.fits(.yesNo))
        #expect(!FormulaType.bareNumber.fits(.yesNo))
        #expect(!FormulaType.number(.vnd).fits(.number(.person)))
        #expect(!FormulaType.number(.vnd).fits(.bareNumber))
    }

    @Test("names its inputs once, and tells which it used and what they were") func trace() throws {
        let formula = try SampleReturn.formula("if(members > 0, revenue + lost, planned) + lost - revenue")
        #expect(formula.inputs.map(\.description) == ["members", "revenue", "lost", "planned"])
        #expect(formula.evaluate(SampleReturn.value).used.map(\.input.description) == ["members", "revenue", "lost"])
        let skipping = try SampleReturn.formula("fined and audited or revenue.previous > 0")
        #expect(skipping.evaluate(SampleReturn.value).used.map(\.input.description) == ["fined", "revenue.previous"])
        #expect(skipping.evaluate(SampleReturn.value).used.map(\.value) == [.yesNo(false), .number(800)])
        #expect(try SampleReturn.formula("known(lost)").evaluate(SampleReturn.value).used.map(\.value) == [nil])
    }

    @Test("refuses a yes where a number was promised") func wrongType() throws {
        let formula = try SampleReturn.formula("revenue + 1")
        #expect(SampleReturn.written(formula.evaluate { _ in .yesNo(true) }.outcome) == "?revenue!wrongType")
    }

    @Test(
        "is written canonically",
        arguments: [
            ("((revenue))/planned", "revenue / planned"), ("1000*2", "1000 * 2"), ("1000000.50", "1_000_000.5"),
            ("0020%", "20 %"), ("0.05", "0.05"), ("(1+2)+3", "1 + 2 + 3"), ("1+(2+3)", "1 + (2 + 3)"),
            ("(1*2)+3", "1 * 2 + 3"), ("(1+2)*3", "(1 + 2) * 3"), ("1/(2*3)", "1 / (2 * 3)"), ("-(-2)", "--2"),
            ("-(2*3)", "-(2 * 3)"), ("(-2)*3", "-2 * 3"), ("not(1=2)", "not 1 = 2"), ("(not yes)=no", "(not yes) = no"),
            ("(1=2)=(3=4)", "(1 = 2) = (3 = 4)"), ("(yes or no)and no", "(yes or no) and no"),
            ("if ( fined,0 ,min(1,revenue.previous) )", "if(fined, 0, min(1, revenue.previous))"),
        ])
    func canonical(text: String, written: String) throws {
        #expect(try SampleReturn.formula(text).description == written)
    }

    @Test("of any length that is read can be written and read again, on a small stack") func limits() async throws {
        let opening = String(repeating: "if(not(yes or yes and 1=1+1*-", count: 16)
        let deep = opening + "1" + String(repeating: "),1,1)", count: 16)
        let texts = [
            "1" + String(repeating: "+1", count: 999), "2%" + String(repeating: "-idle", count: 333),
            "yes" + String(repeating: " and yes", count: 249), deep,
            String(repeating: "-", count: 64) + "1",
            String(repeating: "(", count: 64) + "1" + String(repeating: ")", count: 64),
            "(yes)" + String(repeating: "and(yes)", count: 240) + "or known(1)and known(20%)",
        ]
        let failures = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    returning: texts.filter { text in
                        guard let formula = try? SampleReturn.formula(text) else { return true }
                        _ = formula.evaluate(SampleReturn.value)
                        return (try? SampleReturn.formula(formula.description)) != formula
                    })
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(failures == [])
    }
}
