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
]
