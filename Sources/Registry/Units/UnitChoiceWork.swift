package import Kernel
package import Persistence
package import Records

/// Records whose unit was split, and the choosing of their new one.
package struct UnitChoiceWork: Sendable {
    /// A record that waits for a choice.
    package struct Waiting: Sendable, Equatable {
        package let type: String
        package let id: Int64
        package let version: Int
        package let name: String
        package let unit: Unit.ID
    }

    /// A record as somebody saw it: `cooperative:12:3`.
    package struct Chosen: Sendable {
        package let type: String
        package let id: Int64
        package let version: Int

        package init?(_ text: String) {
            let parts = text.split(separator: ":")
            guard parts.count == 3, let id = Int64(parts[1]), let version = Int(parts[2]) else { return nil }
            (type, self.id, self.version) = (String(parts[0]), id, version)
        }
    }

    /// More than this is worked off in turns.
    package static let most = 500

    /// The records of a listing that wait, as far as `rows` reaches.
    package static func waiting(_ listing: Listing, _ rows: RowScope, on today: Day, in db: Connection) throws
        -> [Waiting]
    {
        var question = ListQuery(asOf: today, rows)
        question.filters = [("unit", UnitCondition.needsChoice)]
        let table = SQL(described: listing.table)
        return try db.all(
            """
            SELECT id, version, name, unit_id FROM \(table) WHERE id IN (\(try listing.ids(question, db.engine)))
            ORDER BY unit_id, sort_key, id LIMIT \(most)
            """
        ) { Waiting(type: listing.type, id: try $0[0], version: try $0[1], name: try $0[2], unit: try $0[3]) }
    }

    /// Puts a record into the part of its unit that went to `wanted`. Throws `record.changed-meanwhile`, and
    /// `unit.not-a-choice` where `wanted` is none of those that its unit was split into.
    package static func choose<R: Located>(
        _ type: R.Type, _ chosen: Chosen, _ wanted: Unit.ID, by act: Act, in db: Connection
    ) throws {
        let record = try R.find(Identifier(chosen.id), in: db)
        let name = R.description.name
        guard record.version == chosen.version else {
            throw Failure(.conflict, "record.changed-meanwhile", ["type": "@type.\(name)", "id": "\(chosen.id)"])
        }
        let gazetteer = try Gazetteer(db)
        let choices = gazetteer.whereabouts(of: record.unit, on: act.at.day)?.choices ?? []
        guard choices.contains(where: { $0.id == wanted }) else {
            throw Failure(
                .refused, "unit.not-a-choice",
                [
                    "unit": gazetteer.unit(wanted)?.fullName ?? "\(wanted)",
                    "units": choices.map(\.fullName).joined(separator: ", "),
                ])
        }
        var placed = record
        placed.unit = try UnitChoice(gazetteer, on: act.at.day).kept(record.unit, stated: wanted, in: db)
        try db.update(placed, from: record, by: act)
    }

    /// The types whose records can be put anew.
    package static let types: [any Located.Type] = [Cooperative.self, Group.self, CooperativeUnion.self]

    package static func choose(_ chosen: Chosen, _ wanted: Unit.ID, by act: Act, in db: Connection) throws {
        guard let type = types.first(where: { name(of: $0) == chosen.type }) else {
            throw Failure(.missing, "record.missing", ["type": chosen.type, "id": "\(chosen.id)"])
        }
        try choose(type, chosen, wanted, by: act, in: db)
    }

    package static func name<R: Located>(of type: R.Type) -> String { R.description.name }
}
