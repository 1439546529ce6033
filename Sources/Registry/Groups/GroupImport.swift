import Documents
package import Kernel
package import Persistence
package import Records

/// What a row of an officers' list of cooperative groups says.
package struct GroupEntry: Sendable, Equatable {
    var name = ""
    var communeText: String?
    var districtText: String?
    var unit: Unit.ID?
    var established: PartialDay?
    var leader: String?
    var phone: String?
    var members: Int?
    var women: Int?
    var field: GroupField?
    var founder: Founder?
    var certifiedOn: Day?
}

/// Reads lists of cooperative groups.
package enum GroupImport: ImportForm {
    package typealias Entry = GroupEntry

    package struct Context: PlaceContext {
        package let gazetteer: Gazetteer
        let asOf: Day
        let today: Day
    }

    package static let name = "group"
    package static var table: String { Group.description.table }
    package static func entry() -> GroupEntry { GroupEntry() }
    package static func context(asOf: Day, clock: WallClock, in db: Connection) throws -> Context {
        Context(gazetteer: try Gazetteer(db), asOf: asOf, today: clock.today())
    }

    package static let columns: [ImportColumn<GroupEntry, Context>] = [
        ImportColumn("name", required: true) { cell, entry, _ in
            guard let name = cell.name() else { return }
            let folded = fold(name)
            if folded.hasPrefix("htx ") || folded.hasPrefix("hop tac xa ") {
                cell.find(.error, "group.is-a-cooperative")
            }
            // The word for what it is stands abbreviated, as in most lists, so that one list has one way.
            let words = name.split(separator: " ")
            entry.name = folded.hasPrefix("to hop tac ") ? (["THT"] + words.dropFirst(3)).joined(separator: " ") : name
        },
        ImportColumn("commune") { cell, entry, _ in entry.communeText = cell.text() },
        ImportColumn("district") { cell, entry, _ in entry.districtText = cell.text() },
        ImportColumn("established") { cell, entry, context in entry.established = cell.date(notAfter: context.today) },
        ImportColumn("leader") { cell, entry, _ in entry.leader = cell.person() },
        ImportColumn("phone") { cell, entry, _ in entry.phone = cell.phone() },
        ImportColumn("members", kind: .integer, summed: { $0.members.map(Int64.init) }) { cell, entry, _ in
            entry.members = cell.count()
        },
        ImportColumn("women", kind: .integer, summed: { $0.women.map(Int64.init) }) { cell, entry, _ in
            entry.women = cell.count()
        },
        ImportColumn("field", kind: GroupField.kind) { cell, entry, _ in
            entry.field = cell.choice(GroupField.self, problem: "group.unknown-field")
        },
        ImportColumn("founder", kind: Founder.kind) { cell, entry, _ in
            entry.founder = cell.choice(Founder.self, problem: "group.unknown-founder")
        },
        ImportColumn("certified_on") { cell, entry, context in
            guard let date = cell.date(notAfter: context.today) else { return }
            if date.precision == .day {
                entry.certifiedOn = date.earliest
            } else {
                cell.find(.warning, "cell.day-needed")
            }
        },
    ]

    package static func check(_ entry: inout GroupEntry, _ row: inout RowReading<Context>) {
        if let commune = entry.communeText {
            entry.unit = resolvePlace(commune: commune, district: entry.districtText, row: &row)
        } else if !row.isBad("commune") {
            row.find(.error, "unit.no-commune", in: row.has("commune") ? "commune" : nil)
        }
        guard let members = entry.members else { return }
        if let women = entry.women, women > members {
            row.find(
                .error, "headcount.women-exceed-members", in: "women", ["women": "\(women)", "members": "\(members)"])
        }
        // Law 17/2023/QH15, Art. 4: two members at the least.
        if members < 2 { row.find(.warning, "group.below-minimum", in: "members", ["members": "\(members)"]) }
    }

    package static func title(of entry: GroupEntry) -> String { entry.name }

    package static func neighbourhood(of entry: GroupEntry) -> (name: String, unit: Int64)? {
        entry.name.isEmpty ? nil : entry.unit.map { (entry.name, $0.number) }
    }

    package static func keys(of entry: GroupEntry) -> [MatchKey] {
        guard !entry.name.isEmpty, let unit = entry.unit else { return [] }
        return [CooperativeImport.nameKey(entry.name, unit)]
    }

    package static func index(_ context: Context, in db: Connection) throws -> MatchIndex {
        var index = MatchIndex()
        var units = ListedUnits(context.gazetteer, on: context.asOf)
        try db.each("SELECT COALESCE(merged_into_id, id), name, unit_id FROM registry_group") { row in
            index.add(try row[0], try row[1], in: units.units(of: try row[2]))
        }
        return index
    }

    package static func store(
        _ rows: [(entry: GroupEntry, subject: Int64?)], asOf: Day, by act: Act, in db: Connection
    ) throws -> [(subject: Int64, fate: StoredFate)] {
        let ids = rows.compactMap(\.subject)
        var groups: [Int64: Group] = [:]
        var headcounts: [Int64: GroupHeadcount] = [:]
        if !ids.isEmpty {
            for group in try Group.list(where: "id IN (\(list: ids))", in: db) { groups[group.id.number] = group }
            let condition: SQL = "group_id IN (\(list: ids)) AND valid_from <= \(asOf) ORDER BY valid_from"
            for count in try GroupHeadcount.list(where: condition, in: db) { headcounts[count.group.number] = count }
        }
        let moves = rows.contains { entry, subject in
            guard let unit = entry.unit, let before = subject.flatMap({ groups[$0] }) else { return false }
            return unit != before.unit
        }
        let choice = moves ? UnitChoice(try Gazetteer(db), on: asOf) : nil
        return try rows.map { entry, subject in
            let before = subject.flatMap { groups[$0] }
            var stated = entry.applied(to: before ?? Group())
            if let before, let choice { stated.unit = try choice.kept(before.unit, stated: stated.unit, in: db) }
            let group = try before.map { try db.update(stated, from: $0, by: act) } ?? db.insert(stated, by: act)
            var hasChanged = before.map { $0.version != group.version } ?? true
            let standing = headcounts[group.id.number]
            let differs =
                (entry.members != nil && entry.members != standing?.members)
                || (entry.women != nil && entry.women != standing?.women)
            if differs {
                hasChanged = true
                var headcount = standing ?? GroupHeadcount()
                let isOther = entry.members != nil && entry.members != headcount.members
                headcount.members = entry.members ?? headcount.members
                headcount.women = entry.women ?? (isOther ? nil : headcount.women)
                headcount.group = group.id
                if let standing, standing.validFrom == asOf {
                    try db.update(headcount, from: standing, by: act)
                } else {
                    headcount.validFrom = asOf
                    try db.insert(headcount, by: act)
                }
            }
            return (group.id.number, before == nil ? .added : hasChanged ? .changed : .unchanged)
        }
    }
}

extension GroupEntry {
    func applied(to before: Group) -> Group {
        var group = before
        group.name = name
        if let unit { group.unit = unit }
        if let established { group.established = established }
        if let leader { group.leader = leader }
        if let phone { group.phone = Code(phone) }
        if let field { group.field = field }
        if let founder { group.founder = founder }
        if let certifiedOn { group.certifiedOn = certifiedOn }
        return group
    }
}
