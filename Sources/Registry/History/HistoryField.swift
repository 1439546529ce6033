import Kernel
import Persistence
import Records
import Web

/// How a field of any record type is shown in a history.
struct HistoryField: Sendable {
    let name: String
    let key: String
    let kind: ValueKind
    let isPersonal: Bool

    /// A change field by field: `Địa chỉ: Ấp 1 → Ấp 2`. `except`: what goes without saying.
    static func lines(
        of change: Change, except hidden: ValueKind? = nil, _ catalogue: RecordCatalogue, _ gazetteer: Gazetteer,
        _ t: Texts
    ) -> [HTML] {
        // What the store wrote can be read; of what another hand wrote there the page says nothing.
        let before = (try? Change.values(change.before)) ?? [:]
        let after = (try? Change.values(change.after)) ?? [:]
        return (catalogue.named[change.type]?.fields ?? []).compactMap { field in
            guard before[field.name] != nil || after[field.name] != nil, field.kind != hidden else { return nil }
            let becomes = field.shown(after[field.name] ?? .null, gazetteer, t)
            guard before[field.name] != nil else { return "\(t[field.key]): \(becomes)" }
            return "\(t[field.key]): \(field.shown(before[field.name] ?? .null, gazetteer, t)) → \(becomes)"
        }
    }

    func shown(_ value: SQLValue, _ gazetteer: Gazetteer, _ t: Texts) -> String {
        switch value {
        case .null: return t["value.unknown"]
        case .integer(let id) where name == "unit": return gazetteer.unit(Identifier(id))?.fullName ?? "\(id)"
        case .text(let text) where isPersonal: return masked(text)
        case .integer where isPersonal: return "••••"
        default: break
        }
        let shown = kind.shown(value, t)
        return switch kind {
        case .money: "\(shown) \(t["unit.million"])"
        case .area: "\(shown) ha"
        default: shown
        }
    }
}

/// `095•• •••12`: enough to recognise a number that one knows.
package func masked(_ text: String) -> String {
    guard text.count >= 8, text.allSatisfy(\.isNumber) else { return "\(text.prefix(1))•••" }
    return "\(text.prefix(3))•• •••\(text.suffix(2))"
}
