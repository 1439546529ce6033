import Kernel
import Persistence
import Records

/// What a server says of records, in words.
struct RemoteText {
    private let fields: [(column: String, key: String, kind: ValueKind)]
    private let t: Texts

    init(_ type: any Record.Type, _ t: Texts) {
        func fields<R: Record>(_ type: R.Type) -> [(column: String, key: String, kind: ValueKind)] {
            R.description.shown.map { ($0.column, R.description.key($0), $0.kind) }
        }
        self.fields = fields(type)
        self.t = t
    }

    var labels: [String] { fields.map { t[$0.key] } }

    func row(_ item: [String: Any]) -> [String] {
        ["\(item["id"] as? Int ?? 0)"] + fields.map { shown(item[$0.column], $0.kind) }
    }

    func lines(_ item: [String: Any]) -> [String] {
        let masked = item["masked"] as? [String] ?? []
        return fields.map { field in
            let value = masked.contains(field.column) ? "•••" : shown(item[field.column], field.kind)
            return "\(t[field.key]): \(value.isEmpty ? t["value.unknown"] : value)"
        }
    }

    /// A row of history: what, when, by whom and why, then field by field.
    func change(_ item: [String: Any]) -> [String] {
        let (before, after) = (item["before"] as? [String: Any] ?? [:], item["after"] as? [String: Any] ?? [:])
        let who = [item["account"] as? String, item["reason"] as? String].compactMap(\.self).joined(separator: ": ")
        let head = "\(item["at"] as? String ?? "") \(t["change.\(item["action"] as? String ?? "")"]) \(who)"
        return [head]
            + fields.compactMap { field in
                guard before[field.column] != nil || after[field.column] != nil else { return nil }
                let becomes = shown(after[field.column], field.kind)
                guard before[field.column] != nil else { return "  \(t[field.key]): \(becomes)" }
                return "  \(t[field.key]): \(shown(before[field.column], field.kind)) → \(becomes)"
            }
    }

    private func shown(_ value: Any?, _ kind: ValueKind) -> String {
        switch value {
        case let text as String: kind.shown(.text(text), t)
        case let flag as Bool where kind == .flag: kind.shown(.integer(flag ? 1 : 0), t)
        case let number as Int: kind.shown(.integer(Int64(number)), t)
        default: ""
        }
    }
}
