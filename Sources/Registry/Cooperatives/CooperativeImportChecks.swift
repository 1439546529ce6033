import Kernel
package import Records

extension CooperativeImport {
    package static func check(_ entry: inout CooperativeEntry, _ row: inout RowReading<Context>) {
        entry.unit = place(entry, &row)
        if let members = entry.members {
            if let women = entry.women, women > members {
                row.find(
                    .error, "headcount.women-exceed-members", in: "women",
                    ["women": "\(women)", "members": "\(members)"])
            }
            if let law = row.context.law.minimumMembers(on: row.asOf), members < law.members {
                let next = row.context.law.nextMinimum(after: row.asOf)
                row.find(
                    .warning, next == nil ? "cooperative.below-minimum" : "cooperative.below-minimum-changing",
                    in: "members",
                    [
                        "members": "\(members)", "minimum": "\(law.members)", "act": law.act,
                        "next": next.map { "\($0.members)" } ?? "", "next_act": next?.act ?? "",
                    ])
            }
        }
        if let grade = entry.grade, grade.isGraded, let status = entry.status,
            status == .stopped || status == .dissolving
        {
            row.find(
                .warning, "cooperative.grade-contradicts-status", in: "grade",
                [
                    "status": entry.statusText ?? "", "grade": "@recorded_grade.\(grade.rawValue)",
                    "year": entry.gradeYear.map(String.init) ?? "",
                ])
        }
    }

    private static func place(_ entry: CooperativeEntry, _ row: inout RowReading<Context>) -> Unit.ID? {
        guard let commune = entry.communeText else {
            if !row.isBad("commune") { row.find(.error, "unit.no-commune", in: row.has("commune") ? "commune" : nil) }
            return nil
        }
        return resolvePlace(commune: commune, district: entry.districtText, row: &row)
    }
}

/// The commune that a row means on the day of the figures: by its district column, or by the sheet's name.
func resolvePlace<Context>(
    commune: String, district: String?, in gazetteer: Gazetteer, row: inout RowReading<Context>
) -> Unit.ID? {
    var district = district
    if district == nil, !row.has("district"), case .one(let unit, _) = gazetteer.district(row.sheet.name, on: row.asOf)
    {
        district = unit.fullName
    }
    let match = gazetteer.find(commune: commune, district: district, on: row.asOf)
    if let finding = gazetteer.finding(match, text: commune, district: district, on: row.asOf) {
        let column = finding.code == "unit.unknown-district" && row.has("district") ? "district" : "commune"
        row.find(finding.severity, finding.code, in: column, finding.details)
    }
    if case .one(let unit, _) = match { return unit.id }
    return nil
}

func resolvePlace<Context: PlaceContext>(
    commune: String, district: String?, row: inout RowReading<Context>
) -> Unit.ID? {
    resolvePlace(commune: commune, district: district, in: row.context.gazetteer, row: &row)
}

/// A form's context that knows places.
package protocol PlaceContext: Sendable {
    var gazetteer: Gazetteer { get }
}

extension CooperativeImport.Context: PlaceContext {}
