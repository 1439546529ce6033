import Kernel
import Persistence
import Records
import Registry
import Web

/// What a new return shows at first: the year that is due, what the register knows of its last day, and who worked there
/// the year before. What the year brought is stated anew; last year's figures stand beside the fields.
enum ReturnProposal {
    static let proposed: @Sendable (AnnualReturn, Day, Connection) throws -> AnnualReturn = { blank, today, db in
        var record = blank
        record.year = Year(today.year - 1)
        let last = record.year.lastDay
        let members = try db.first(
            """
            SELECT members FROM registry_headcount WHERE cooperative_id = \(record.cooperative)
            AND valid_from <= \(last) ORDER BY valid_from DESC LIMIT 1
            """
        ) { try $0[0] as Int? }
        let area = try db.first(
            """
            SELECT area_m2 FROM registry_land_area WHERE cooperative_id = \(record.cooperative)
            AND valid_from <= \(last) ORDER BY valid_from DESC LIMIT 1
            """
        ) { try $0[0] as Area? }
        let previous = try record.previous(in: db)
        record.membersEnd = members ?? nil
        record.area = (area ?? nil) ?? previous?.area
        record.workers = previous?.workers
        record.womenWorkers = previous?.womenWorkers
        record.insuredWorkers = previous?.insuredWorkers
        return record
    }
}

/// What stands beside the fields of a return: its value of the year before, and what the rules find.
enum ReturnNotes {
    static let beside: @Sendable (AnnualReturn, Connection) throws -> [FieldNote] = { record, db in
        var notes: [FieldNote] = []
        if let previous = try record.previous(in: db) {
            notes = AnnualReturn.figures.map { field in
                let (value, typed) = (field.stored(previous), field.typed(previous))
                return FieldNote(field.name) { t in
                    let shown =
                        value == .null ? t["value.unknown"] : field.kind == .flag ? field.kind.shown(value, t) : typed
                    return t("returns.year-before", ["year": "\(previous.year)", "value": shown])
                }
            }
        }
        guard record.id.number != 0 else { return notes }
        return try notes
            + ReturnCheck.findings(of: record, in: db).map { finding in
                FieldNote(finding.field, isDoubt: finding.isAsked) { $0(finding.code, finding.details) }
            }
    }
}
