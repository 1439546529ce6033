package import Kernel
package import Persistence
package import Records

/// A record that lies in a unit, and keeps the one that it was written with.
package protocol Located: Record {
    var unit: Unit.ID { get set }
}

extension Cooperative: Located {}
extension Group: Located {}
extension CooperativeUnion: Located {}

/// Which unit a record keeps once somebody says where it lies on a day.
package struct UnitChoice {
    private let gazetteer: Gazetteer
    private let day: Day

    package init(_ gazetteer: Gazetteer, on day: Day) {
        self.gazetteer = gazetteer
        self.day = day
    }

    /// The unit that it was written with where that lies in `stated` anyway, so that its past stays as it was; where
    /// that was split, the part that went there; otherwise `stated`: the record lies elsewhere.
    package func kept(_ written: Unit.ID, stated: Unit.ID, in db: Connection) throws -> Unit.ID {
        guard written != stated, let place = gazetteer.whereabouts(of: written, on: day),
            let wanted = gazetteer.whereabouts(of: stated, on: day)?.unit
        else { return stated }
        if place.unit == wanted { return written }
        guard place.needsChoice, place.choices.contains(wanted) else { return stated }
        return try part(of: written, reaching: wanted, in: db)
    }

    /// Follows the splits one by one. Throws `unit.choice-unclear` where two ways lead to the same unit: then nobody can
    /// tell which part it was in between.
    private func part(of written: Unit.ID, reaching wanted: Unit, in db: Connection) throws -> Unit.ID {
        var id = written
        var gazetteer = gazetteer
        while gazetteer.whereabouts(of: id, on: day)?.unit != wanted {
            let lineage = gazetteer.lineage
            guard let start = lineage.version(id, on: day) else { break }
            var split = start
            while lineage.heirs(of: split).count == 1 { split = lineage.heirs(of: split)[0] }
            let ways = lineage.heirs(of: split).filter { heir in
                lineage.traces(of: heir, on: day).found.contains { lineage.units[$0] == wanted }
            }
            guard ways.count == 1 else {
                throw Failure(
                    .refused, "unit.choice-unclear", ["unit": lineage.units[start].fullName, "wanted": wanted.fullName])
            }
            id = try Self.stored(partOf: id, to: lineage.units[ways[0]], on: lineage.units[split].validTo, in: db)
            if gazetteer.whereabouts(of: id, on: day) == nil { gazetteer = try Gazetteer(db) }
        }
        return id
    }

    private static func stored(partOf base: Unit.ID, to heir: Unit, on day: Day, in db: Connection) throws -> Unit.ID {
        let known = try db.first("SELECT id FROM registry_unit WHERE base_id = \(base) AND heir_id = \(heir.id)") {
            try $0[0] as Unit.ID
        }
        if let known { return known }
        let id = try db.insert(
            """
            INSERT INTO registry_unit
                (code, name, full_name, kind, level, parent_code, valid_from, valid_to, date_basis, name_folded, sort_key,
                 base_id, heir_id, split_on)
            SELECT code || '>' || \(heir.code), name, full_name, kind, level, parent_code, valid_from, valid_to, date_basis,
                name_folded, sort_key, id, \(heir.id), \(day)
            FROM registry_unit WHERE id = \(base)
            """)
        try Lineage.storeSpans(anewIn: db)
        return Identifier(id)
    }
}
