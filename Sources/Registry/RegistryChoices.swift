package import Records

/// The enumerations whose wordings imports read.
package let registryChoices: [(key: String, values: [String])] = [
    (CooperativeKind.key, CooperativeKind.allCases.map(\.rawValue)),
    (StatusChoice.key, StatusChoice.allCases.map(\.rawValue)),
    (RecordedGrade.key, RecordedGrade.allCases.map(\.rawValue)),
    (GroupField.key, GroupField.allCases.map(\.rawValue)),
    (Founder.key, Founder.allCases.map(\.rawValue)),
    (OfficerRole.key, OfficerRole.allCases.map(\.rawValue)),
    (Sex.key, Sex.allCases.map(\.rawValue)),
    (BodyKind.key, BodyKind.allCases.map(\.rawValue)),
]

/// Every record type of the register.
package let registryRecords: [any Record.Type] = [
    Cooperative.self, CooperativeStatus.self, Headcount.self, CharterCapital.self, LandArea.self, Officer.self,
    Group.self, GroupHeadcount.self, CooperativeUnion.self, UnionMembership.self, PublicBody.self,
    UnitDecree.self,
]

/// The types whose records lie in admin units, with their tables.
let locatedRecords: [(type: String, table: String)] = registryRecords.compactMap { located($0) }

private func located<R: Record>(_ type: R.Type) -> (type: String, table: String)? {
    let d = R.description
    return d.fields.contains { $0.column == "unit_id" } ? (d.name, d.table) : nil
}
