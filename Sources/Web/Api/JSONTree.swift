import Records

/// A JSON document as it is written by hand: members keep their order.
enum JSONTree: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, Sendable
{
    case text(String)
    case integer(Int)
    case flag(Bool)
    case null
    case list([JSONTree])
    case object([(String, JSONTree)])

    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral number: Int) { self = .integer(number) }
    init(booleanLiteral flag: Bool) { self = .flag(flag) }
    init(arrayLiteral items: JSONTree...) { self = .list(items) }
    init(dictionaryLiteral members: (String, JSONTree)...) { self = .object(members) }

    /// This object with more members.
    func with(_ more: [(String, JSONTree)]) -> JSONTree {
        if case .object(let members) = self { .object(members + more) } else { self }
    }

    var json: String {
        switch self {
        case .text(let text): return JSONText.quoted(text)
        case .integer(let number): return String(number)
        case .null: return "null"
        case .flag(let flag): return flag ? "true" : "false"
        case .list(let items): return "[\(items.map(\.json).joined(separator: ","))]"
        case .object(let members):
            var object = JSONText()
            for (name, value) in members { object.add(name, raw: value.json) }
            return object.object
        }
    }
}
