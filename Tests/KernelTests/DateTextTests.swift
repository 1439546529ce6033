import Kernel
import Testing

@Suite("A date's text") struct DateTextTests {
    @Test(
        "is read day first, as exactly as it is written",
        arguments: [
            ("15/3/2018", "2018-03-15"), ("15-03-2018", "2018-03-15"), ("27.5.2010", "2010-05-27"),
            ("15 / 3 / 2018 ", "2018-03-15"),
            ("2018", "2018"), ("năm 2018", "2018"), ("5/2009", "2009-05"), ("05-2009", "2009-05"),
            ("tháng 5/2009", "2009-05"),
            ("Tháng 5 năm 2009", "2009-05"), ("T5/2009", "2009-05"), ("ngày 15 tháng 3 năm 2018", "2018-03-15"),
            ("ngày 15/3/2018", "2018-03-15"), ("15 tháng 3, 2018", "2018-03-15"), ("2018-03-15", "2018-03-15"),
            ("2018-03", "2018-03"), ("2018/3/15", "2018-03-15"), ("15/3/2018 00:00:00", "2018-03-15"),
            ("2018-03-15T07:30:00Z", "2018-03-15"), ("29/02/2024", "2024-02-29"),
        ] as [(String, PartialDay)])
    func read(text: String, date: PartialDay) {
        #expect(DateText.parse(text) == .date(date, isTwoDigitYear: false))
    }

    @Test(
        "with two digits of the year says so",
        arguments: [
            ("15/3/18", "2018-03-15"), ("1-1-98", "1998-01-01"), ("1.1.49", "2049-01-01"), ("1/1/50", "1950-01-01"),
        ]
            as [(String, PartialDay)])
    func twoDigits(text: String, date: PartialDay) {
        #expect(DateText.parse(text) == .date(date, isTwoDigitYear: true))
    }

    @Test(
        "names no day that is not there",
        arguments: [
            "31/02/2019", "29/2/2023", "03/15/2018", "0/3/2018", "13/2009", "15/3/1018", "2018-02-30", "30/2/18",
        ])
    func impossible(text: String) { #expect(DateText.parse(text) == .impossible) }

    @Test(
        "that is none is not read",
        arguments: [
            "", "43174", "18", "15/3", "1.250,5", "1.250.000", "0951.559.988", "quý IV/2018", "6 tháng đầu năm 2024",
            "tháng 5",
            "15 3 2018", "5 2009", "15//3/2018", "/3/2018", "15/3/2018/", "1850", "khoảng 2018", "15/3/218", "Năm",
            "3709456422",
            "1/2/3/2018", "99999999999999999999",
        ])
    func unreadable(text: String) { #expect(DateText.parse(text) == .unreadable) }

    @Test("is written with zeros") func written() {
        #expect(DateText.short(("2026-03-05" as Day), .vi) == "05/03/2026")
        #expect(DateText.short(("2026-03" as PartialDay), .vi) == "03/2026")
        #expect(DateText.short(("2018" as PartialDay), .en) == "2018")
        // 2026-03-05 06:05 UTC.
        let instant = Instant(milliseconds: (Int64(("2026-03-05" as Day).number) * 86_400 + 6 * 3600 + 300) * 1000)
        #expect(DateText.short(instant, .vi) == "05/03/2026 13:05")
    }

    @Test(
        "in documents has a zero before days below 10 and the first two months",
        arguments: [
            ("2026-03-05", "ngày 05 tháng 3 năm 2026", "5 March 2026"),
            ("2026-01-09", "ngày 09 tháng 01 năm 2026", "9 January 2026"),
            ("2026-11-24", "ngày 24 tháng 11 năm 2026", "24 November 2026"),
            ("2026-02", "tháng 02 năm 2026", "February 2026"),
            ("2026", "năm 2026", "2026"),
        ] as [(PartialDay, String, String)])
    func documents(date: PartialDay, vi: String, en: String) {
        #expect(DateText.long(date, .vi) == vi)
        #expect(DateText.long(date, .en) == en)
        #expect(DateText.parse(vi) == .date(date, isTwoDigitYear: false))
    }

    @Test(
        "says in a title up to which day its figures count",
        arguments: [
            ("DANH SÁCH HTX NÔNG NGHIỆP (tính đến 30/6/2024)", "2024-06-30"),
            ("Tính đến hết tháng 6/2024", "2024-06-30"),
            ("Số liệu đến ngày 30 tháng 6 năm 2024, nguồn: Sở", "2024-06-30"), ("đến 30/6/2024", "2024-06-30"),
            ("đến cuối tháng 2 năm 2024", "2024-02-29"), ("tại thời điểm 31/12/2023", "2023-12-31"),
            ("tính đến hết quý II/2024", "2024-06-30"), ("đến hết năm 2023", "2023-12-31"),
            ("Từ ngày 01/01/2024 đến ngày 30/06/2024", "2024-06-30"), ("tinh den thang 6/2024", "2024-06-30"),
            ("Kế hoạch đến năm 2025", nil), ("Danh sách năm 2024", nil), ("đến nay có 84 HTX", nil),
            ("đến 31/02/2024", nil),
            ("", nil),
        ] as [(String, Day?)])
    func cutOff(sentence: String, day: Day?) { #expect(DateText.cutOff(in: sentence) == day) }

    @Test("in a spreadsheet is a number counted with a day that never was") func serial() {
        #expect(Day(excelSerial: 43174) == "2018-03-15")
        #expect(Day(excelSerial: 1) == "1900-01-01")
        #expect(Day(excelSerial: 59) == "1900-02-28")
        #expect(Day(excelSerial: 60) == nil)
        #expect(Day(excelSerial: 61) == "1900-03-01")
        #expect(Day(excelSerial: 2_958_465) == "9999-12-31")
        #expect(Day(excelSerial: 0) == nil)
        #expect(Day(excelSerial: .max) == nil)
    }
}
