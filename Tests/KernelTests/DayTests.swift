import Kernel
import Testing

@Suite("A day") struct DayTests {
    @Test(
        "is the same after its text is read again", arguments: ["2024-02-29", "1899-12-31", "0001-01-01", "9999-12-31"])
    func roundTrip(text: String) { #expect(Day(text)?.description == text) }

    @Test("is refused where it does not exist", arguments: ["2019-02-31", "2023-02-29", "2024-13-01", "2024-1-1", "x"])
    func impossible(text: String) { #expect(Day(text) == nil) }

    @Test("counts from 1970") func number() { #expect(("2018-03-15" as Day).number == 17605) }
}
