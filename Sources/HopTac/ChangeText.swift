import Kernel
import Persistence
import Records
import Registry

/// A change of a record in words, a line a field: `Thành viên: 20 → 21`.
struct ChangeText {
    private let gazetteer: Gazetteer
    private let t: Texts

    init(_ gazetteer: Gazetteer, _ t: Texts) {
        self.gazetteer = gazetteer
        self.t = t
    }

    func lines(_ change: Change) throws -> [String] {
        let (before, after) = (try Change.values(change.before), try Change.values(change.after))
        let type = (RecordTypes.all + RecordTypes.others).first { $0.typeName == change.type }
        return (type.map { fields($0) } ?? []).compactMap { field in
            guard let becomes = after[field.name] ?? before[field.name].map({ _ in .null }) else { return nil }
            let label = "  \(t[field.key]): "
            guard let was = before[field.name] else { return label + shown(becomes, field.kind) }
            return label + "\(shown(was, field.kind)) → \(shown(becomes, field.kind))"
        }
    }

    private func fields<R: Record>(_ type: R.Type) -> [(name: String, key: String, kind: ValueKind)] {
        R.description.shown.map { ($0.name, R.description.key($0), $0.kind) }
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
}
