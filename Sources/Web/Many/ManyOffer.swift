package import Access
import Records

/// What a list lets its reader do with many records at once.
package struct ManyOffer: Sendable {
    /// Where the choice is sent: `/cooperatives/many`.
    let path: String
    /// The fields that can be set, and the one that ends a record.
    let fields: [(name: String, key: String)]
    let ends: Bool
}

extension RecordForms {
    /// More than this is a work for an import.
    static var most: Int { 500 }

    /// Values that many records can have in common: not their names, numbers and amounts.
    var shareable: [Field<R>] {
        R.description.fields.filter { field in
            guard !field.isUnasked, !field.isPersonal, field.name != end, field.name != owner?.field else {
                return false
            }
            switch field.kind {
            case .choice, .flag, .reference, .day, .partialDay: return true
            case .text, .code, .integer, .money, .area, .hundredths, .year, .instant: return false
            }
        }
    }

    package func offer(_ viewer: Viewer) -> ManyOffer? {
        guard viewer.may(.edit, R.description.name), owner == nil else { return nil }
        return ManyOffer(
            path: "/\(path)/many", fields: shareable.map { ($0.name, R.description.key($0)) }, ends: end != nil)
    }
}
