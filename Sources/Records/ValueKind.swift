package import Kernel
package import Persistence

/// What a stored value means, so that lists, pages, histories and exports show it in one way.
package enum ValueKind: Sendable, Equatable {
    case text
    /// Digits that are no number: tax codes, phones. Text in a workbook, never aligned as a number.
    case code
    case integer
    /// Stored as 0 and 1.
    case flag
    /// Stored in đồng, shown in million đồng on lists and in full on a record's page.
    case money
    /// Stored in m², shown in hectares.
    case area
    /// Stored as whole hundredths, shown with up to two decimals.
    case hundredths
    case year
    case day
    case partialDay
    case instant
    /// An enumeration: the prefix of its text keys and its values in order.
    case choice(String, [String])
    /// Another record: the word of its type.
    case reference(String)

    /// What a column's name ends with, so that the unit stands where the type cannot carry it.
    func columnSuffix(for name: String) -> String {
        switch self {
        case .money: "_vnd"
        case .area: "_m2"
        case .hundredths: "_hundredths"
        case .reference: "_id"
        default: ""
        }
    }

    var isStoredAsText: Bool {
        switch self {
        case .text, .code, .day, .partialDay, .choice: true
        case .integer, .flag, .money, .area, .hundredths, .year, .instant, .reference: false
        }
    }

    package var isNumber: Bool { self == .integer || self == .money || self == .area || self == .hundredths }

    /// The value in words. Unknown is an empty string; what it looks like is the page's choice.
    package func shown(_ value: SQLValue, _ t: Texts) -> String {
        switch (self, value) {
        case (_, .null): ""
        case (.integer, .integer(let number)): NumberText.grouped(number, t.language)
        case (.flag, .integer(let number)): t[number == 0 ? "value.no" : "value.yes"]
        case (.money, .integer(let vnd)): NumberText.millions(Money(vnd: vnd), t.language)
        case (.area, .integer(let m2)): NumberText.hectares(Area(squareMetres: m2), t.language)
        case (.hundredths, .integer(let count)): NumberText.shown(Hundredths(count).decimal, t.language)
        case (.day, .text(let iso)), (.partialDay, .text(let iso)):
            PartialDay(iso).map { DateText.short($0, t.language) } ?? iso
        case (.instant, .integer(let milliseconds)):
            DateText.short(Instant(milliseconds: milliseconds), t.language)
        case (.choice(let key, _), .text(let raw)): t["\(key).\(raw)"]
        case (_, .text(let text)): text
        case (_, .integer(let number)): String(number)
        case (_, .real(let number)): String(number)
        case (_, .bytes(let bytes)): "\(bytes.count) B"
        }
    }
}
