import Foundation
import Kernel
package import Persistence

extension Change {
    /// The fields of a change, `before` or `after`, by their names.
    package static func values(_ json: String?) throws -> [String: SQLValue] {
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

extension Record {
    /// What stood in the fields of a record after one of its changes, over how it is now: everything that came later is
    /// taken back. `nil` where the change is not of this record, or made no version of it.
    package static func draft(after change: Change, over now: Self, in db: Connection) throws -> Draft<Self>? {
        let d = description
        guard change.type == d.name, change.record == now.id.number, change.action.isVersion else { return nil }
        let later = try Change.list(
            where: "type = \(d.name) AND record_id = \(now.id) AND id > \(change.id)", in: db)
        var values: [String: SQLValue] = [:]
        for change in later where change.action.isVersion {
            for (name, value) in try Change.values(change.before) {
                // What only a step sets, such as that a return was accepted, comes back by that step alone; a merger,
                // which has no opposite, by this.
                if d.fields.contains(where: { $0.name == name && $0.isUnasked && name != "merged_into" }) { continue }
                // A field that the type no longer has is a finding of the draft.
                values[d.fields.first { $0.name == name }?.column ?? name] = value
            }
        }
        return Draft(values: values, over: now)
    }
}
