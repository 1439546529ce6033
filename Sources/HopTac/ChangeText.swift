import Foundation
import Kernel
import Persistence
import Records
import Registry

/// A change of a record in words, a line a field: `Thành viên: 20 → 21`.
struct ChangeText {
    private let fields: [(name: String, key: String, kind: ValueKind)]
    private let gazetteer: Gazetteer
    private let t: Texts

    init<R: Record>(of type: R.Type, _ gazetteer: Gazetteer, _ t: Texts) {
        fields = R.description.fields.map { ($0.name, R.description.key($0), $0.kind) }
        self.gazetteer = gazetteer
        self.t = t
    }

    func lines(_ change: Change) throws -> [String] {
        let (before, after) = (try values(change.before), try values(change.after))
        return fields.compactMap { field in
            guard let becomes = after[field.name] ?? before[field.name].map({ _ in .null }) else { return nil }
            let label = "  \(t[field.key]): "
            guard let was = before[field.name] else { return label + shown(becomes, field.kind) }
            return label + "\(shown(was, field.kind)) → \(shown(becomes, field.kind))"
        }
    }

    private func shown(_ value: SQLValue, _ kind: ValueKind) -> String {
        switch (kind, value) {
        case (_, .null): t["value.unknown"]
        case (.reference("unit"), .integer(let id)): gazetteer.unit(Identifier(id))?.fullName ?? "\(id)"
        case (.money, _): "\(kind.shown(value, t)) \(t["unit.million"])"
        case (.area, _): "\(kind.shown(value, t)) ha"
        default: kind.shown(value, t)
        }
    }

    private func values(_ json: String?) throws -> [String: SQLValue] {
        guard let json, let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            return [:]
        }
        return object.compactMapValues { value in
            switch value {
            case let text as String: .text(text)
            case let number as NSNumber: .integer(number.int64Value)
            case is NSNull: .null
            default: nil
            }
        }
    }
}
