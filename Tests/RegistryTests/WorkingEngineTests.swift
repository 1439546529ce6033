import Access
import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Testing
import Web

@testable import Registry

/// What people do with records beyond editing them, where the statements differ from those of lists.
@Suite("On either engine") struct WorkingEngineTests {
    private let act = Sample.act

    private func viewer(_ permissions: String, _ scope: Scope) throws -> Viewer {
        let organisation = Organisation(OrganisationRef("body", 1), "Xã", scope)
        let post = Viewer.Post(
            role: "r", permissions: try PermissionSet(parsing: permissions), organisation: organisation)
        return Viewer(
            account: UserAccount(), posts: [post], today: Sample.clock.today(), rules: registryScopes)
    }

    @Test("the history is found by person, type, unit, day and reach", arguments: TestEngine.all)
    func history(engine: TestEngine) async throws {
        let officer = try viewer("read cooperative group change", .unit("25906"))
        let all = Viewer.system(today: Sample.clock.today(), rules: registryScopes)
        try await Sample.with(engine) { database in
            try await database.read { db in
                var question = HistoryQuestion(.registry)
                question.limit = 100_000
                let whole = try question.page(for: all, in: db).changes
                let own = try question.page(for: officer, in: db).changes
                #expect(!own.isEmpty)
                #expect(own.count < whole.count)
                question.unit = "25906"
                #expect(try question.page(for: all, in: db).changes.count >= own.count)
                question.type = "cooperative"
                question.account = "không ai"
                #expect(try question.page(for: all, in: db).changes.isEmpty)
                question.account = nil
                question.from = Sample.clock.today().adding(days: 1)
                #expect(try question.page(for: all, in: db).changes.isEmpty)
                _ = try HistorySubjects(whole, .registry, in: db)
            }
        }
    }

    @Test("two records become one, with files, and come apart again", arguments: TestEngine.all)
    func merging(engine: TestEngine) async throws {
        let act = act
        let all = Viewer.system(today: Sample.clock.today(), rules: registryScopes)
        try await Sample.with(engine) { database in
            let (kept, twin, added) = try await database.write { db in
                let kept = try #require(try Cooperative.first(where: "tax_code IS NOT NULL ORDER BY id", in: db))
                var copy = kept
                copy.taxCode = nil
                copy.name += " "
                copy.name = normalised(copy.name)
                let twin = try db.insert(copy, by: act)
                try Attachment.add(Array("%PDF-1".utf8), named: "a", to: "cooperative", twin.id.number, by: act, in: db)
                let gazetteer = try Gazetteer(db)
                let pairs = try DuplicateSearch.pairs(
                    "cooperative", for: all, gazetteer, on: Sample.clock.today(), in: db)
                #expect(pairs.contains { $0.first == kept.id.number && $0.second == twin.id.number })
                #expect(
                    try DuplicateSearch.pairs("group", for: all, gazetteer, on: Sample.clock.today(), in: db).count >= 0
                )
                try DuplicateSearch.tellApart("cooperative", twin.id.number, kept.id.number, by: act, in: db)
                let later = try DuplicateSearch.pairs(
                    "cooperative", for: all, gazetteer, on: Sample.clock.today(), in: db)
                #expect(!later.contains { $0.first == kept.id.number && $0.second == twin.id.number })
                try Cooperative.merge(twin, into: kept, taking: [], bringing: [], for: all, by: act, in: db)
                let added = try #require(try Change.list(of: "cooperative", twin.id.number, in: db).last)
                return (kept, twin, added)
            }
            try await database.write { db in
                #expect(try Cooperative.successor(of: twin.id, in: db) == kept.id)
                let files = try Attachment.list(of: "cooperative", kept.id.number, in: db)
                #expect(files.map(\.name) == ["a.pdf"])
                #expect(try files.first?.content(in: db) == Array("%PDF-1".utf8))
                var question = ListQuery(asOf: Sample.clock.today(), .all)
                question.limit = nil
                let listed = try Cooperative.listing.page(question, in: db).rows.map(\.id)
                #expect(listed.contains(kept.id.number))
                #expect(!listed.contains(twin.id.number))
                let day = Sample.clock.today()
                let context = try CooperativeImport.context(asOf: day, clock: Sample.clock, in: db)
                let unit = try #require(context.gazetteer.whereabouts(of: twin.unit, on: day)?.unit)
                let found = try CooperativeImport.index(context, in: db).find([
                    CooperativeImport.nameKey(twin.name, unit.id)
                ])
                #expect(found == .one(kept.id.number, .nameAndUnit))

                let ended = try Cooperative.find(twin.id, in: db)
                let draft = try #require(try Cooperative.draft(after: added, over: ended, in: db))
                #expect(draft.isStorable)
                try db.update(draft.record, from: ended, by: act)
                #expect(try Cooperative.successor(of: twin.id, in: db) == nil)
            }
        }
    }

    @Test("the desk counts what waits", arguments: TestEngine.all)
    func desk(engine: TestEngine) async throws {
        let act = act
        let officer = try viewer("read cooperative account change\nedit cooperative account", .unit("25906"))
        try await Sample.with(engine) { database in
            try await database.write { db in
                let unit = try #require(try Gazetteer(db).unit("25906", on: Sample.clock.today()))
                var bare = Cooperative()
                bare.name = "HTX Chưa Có Gì"
                bare.unit = unit.id
                try db.insert(bare, by: act)
                let desk = try Desk(
                    [Cooperative.listing, Group.listing], for: officer, on: Sample.clock.today(),
                    at: Sample.clock.now(), in: db)
                let keys = desk.tasks.map(\.key)
                for missing in Cooperative.Missing.allCases {
                    #expect(keys.contains("desk.missing-\(missing.rawValue)"))
                }
                #expect(!keys.contains("desk.needs-choice-group"))
            }
        }
    }
}
