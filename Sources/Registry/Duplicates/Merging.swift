import Access
package import Kernel
package import Persistence
package import Records

/// A type of which two records may turn out to be one.
protocol Mergeable: Record {
    /// The record that took this one's place. What lists, figures and imports find from then on is that.
    var mergedInto: Identifier<Self>? { get set }
    /// What tells a record from all others, which the merged one gives up so that the kept one can have it.
    mutating func giveUpKeys()
    /// What the kept record remembers of the merged one besides the fields that were chosen.
    mutating func remember(_ merged: Self)
    /// Moves what belongs to `merged`. What the kept record has of the same kind and day stays where it is.
    static func moveParts(of merged: Self, to kept: Self, by act: Act, in db: Connection) throws
}

extension Cooperative: Mergeable {
    mutating func giveUpKeys() { taxCode = nil }

    mutating func remember(_ merged: Cooperative) {
        let names = (earlierNames.map { [$0] } ?? []) + [merged.name] + (merged.earlierNames.map { [$0] } ?? [])
        var seen: Set = [BusinessName(name).exact]
        let kept = names.flatMap { $0.split(separator: ";") }.map { normalised(String($0)) }
            .filter { !$0.isEmpty && seen.insert(BusinessName($0).exact).inserted }
        earlierNames = kept.isEmpty ? nil : kept.joined(separator: "; ")
    }

    static func moveParts(of merged: Cooperative, to kept: Cooperative, by act: Act, in db: Connection) throws {
        func facts<F: CooperativeFact>(_ type: F.Type) throws {
            try move(type, \.cooperative, "cooperative_id", merged.id, kept.id, same: \.validFrom, by: act, in: db)
        }
        try facts(CooperativeStatus.self)
        try facts(Headcount.self)
        try facts(CharterCapital.self)
        try facts(LandArea.self)
        try move(
            Officer.self, \.cooperative, "cooperative_id", merged.id, kept.id,
            same: { "\($0.role.rawValue) \(fold($0.name))" }, by: act, in: db)
        try move(
            UnionMembership.self, \.cooperative, "cooperative_id", merged.id, kept.id, same: \.union, by: act, in: db)
    }
}

extension Group: Mergeable {
    mutating func giveUpKeys() {}
    mutating func remember(_ merged: Group) {}

    static func moveParts(of merged: Group, to kept: Group, by act: Act, in db: Connection) throws {
        try move(GroupHeadcount.self, \.group, "group_id", merged.id, kept.id, same: \.validFrom, by: act, in: db)
    }
}

private func move<P: Record, R: Record, Key: Hashable>(
    _ type: P.Type, _ owner: WritableKeyPath<P, Identifier<R>>, _ column: String, _ merged: Identifier<R>,
    _ kept: Identifier<R>, same key: (P) -> Key, by act: Act, in db: Connection
) throws {
    var taken = Set(try P.list(where: "\(described: column) = \(kept)", in: db).map(key))
    for part in try P.list(where: "\(described: column) = \(merged) ORDER BY id", in: db)
    where taken.insert(key(part)).inserted {
        var moved = part
        moved[keyPath: owner] = kept
        try db.update(moved, from: part, by: act)
    }
}

/// Records of another part of the program that belong to an `Owner`: they come along when it is merged into another.
package struct Belonging<Owner: Record>: Sendable {
    let move: @Sendable (_ merged: Owner.ID, _ kept: Owner.ID, Act, Connection) throws -> Void

    /// `year`: what a record is about. `only`: what an owner has one of alone, `nil` of which it may have more; one a year
    /// where nothing is said. `yields`: what says nothing beside the other's and is taken out. Throws
    /// `duplicates.both-have` rather than choose between two that both say something.
    package init<R: Record>(
        _ type: R.Type, _ owner: any WritableKeyPath<R, Owner.ID> & Sendable, _ column: String,
        year: @escaping @Sendable (R, Connection) throws -> Year, only: (@Sendable (R) -> String?)? = nil,
        yields: @escaping @Sendable (R) -> Bool = { _ in false }
    ) {
        move = { merged, kept, act, db in
            func key(of record: R) throws -> String? { try only.map { $0(record) } ?? "\(year(record, db))" }
            let own = try R.list(where: "\(described: column) = \(kept)", in: db)
            for record in try R.list(where: "\(described: column) = \(merged) ORDER BY id", in: db) {
                if let shared = try key(of: record), let other = try own.first(where: { try key(of: $0) == shared }) {
                    guard let needless = [record, other].first(where: yields) else {
                        throw Failure(
                            .refused, "duplicates.both-have",
                            ["type": "@type.\(R.description.name)", "year": "\(try year(record, db))"])
                    }
                    try db.withdraw([needless], by: act)
                    if needless.id == record.id { continue }
                }
                var moved = record
                moved[keyPath: owner] = kept
                // What is accepted or decided stays so, and is now the kept one's.
                try db.reopen(moved, from: record, by: act, action: .changed)
            }
        }
    }
}

extension Cooperative {
    /// What those that were merged stand for today.
    package static func mergers(in db: Connection) throws -> [ID: ID] {
        let merged = try db.all("SELECT id FROM registry_cooperative WHERE merged_into_id IS NOT NULL") {
            try $0[0] as ID
        }
        return Dictionary(
            try merged.compactMap { id in try successor(of: id, in: db).map { (id, $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}

extension Mergeable {
    /// The record that stands for `id` today: itself, or the one that took its place. `nil`: itself, or nothing.
    static func successor(of id: Identifier<Self>, in db: Connection) throws -> Identifier<Self>? {
        var (last, seen): (Identifier<Self>, Set<Identifier<Self>>) = (id, [id])
        while let next = try first(where: "id = \(last)", in: db)?.mergedInto, seen.insert(next).inserted {
            last = next
        }
        return last == id ? nil : last
    }

    /// Makes one record of two: `kept` with the fields named in `taken` from `merged`, and all that belonged to both.
    /// The merged one ends and points to the kept one.
    static func merge(
        _ merged: Self, into kept: Self, taking taken: Set<String>, bringing others: [Belonging<Self>],
        for viewer: Viewer, by act: Act, in db: Connection
    ) throws {
        for record in [kept, merged] { try viewer.require(.edit, record.id, in: db) }
        guard kept.id != merged.id, kept.mergedInto == nil, merged.mergedInto == nil else {
            throw Failure(.refused, "duplicates.merged-already")
        }
        var ended = merged
        ended.mergedInto = kept.id
        ended.giveUpKeys()
        try db.update(ended, from: merged, by: act, action: .ended)
        var whole = kept
        whole.remember(merged)
        for field in description.fields where taken.contains(field.name) && field.name != "merged_into" {
            _ = field.accept(&whole, field.stored(merged))
        }
        try db.update(whole, from: kept, by: act)
        try moveParts(of: merged, to: kept, by: act, in: db)
        for other in others { try other.move(merged.id, kept.id, act, db) }
        let files = try Attachment.list(of: description.name, merged.id.number, in: db)
        let known = Set(try Attachment.list(of: description.name, kept.id.number, in: db).map(\.sha256))
        for file in files where !known.contains(file.sha256) {
            var moved = file
            moved.subject = Int(kept.id.number)
            try db.update(moved, from: file, by: act)
        }
    }
}
