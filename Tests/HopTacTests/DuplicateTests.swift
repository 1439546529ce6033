import Access
import HTTPTypes
import Kernel
import Persistence
import Records
import Testing

@testable import HopTac
@testable import Registry

@Suite("Duplicates") struct DuplicateTests {
    private func add(_ site: WholeSite, _ change: @escaping @Sendable (inout Cooperative) -> Void) async throws
        -> Cooperative
    {
        try await site.database.write { db in
            var twin = try Cooperative.find(Identifier(site.own), in: db)
            twin.id = 0
            twin.taxCode = nil
            change(&twin)
            return try db.insert(twin, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
    }

    private func form(_ first: Int, _ second: Int, _ more: String = "") -> String {
        "first_version=\(first)&second_version=\(second)&reason=tr%C3%B9ng\(more)"
    }

    @Test("are one number anywhere, or one name or nearly one in a commune") func pairs() {
        func candidate(_ id: Int64, _ name: String, _ numbers: [String] = [], _ place: String = "a")
            -> DuplicateSearch.Candidate
        {
            .init(id: id, name: BusinessName(name), numbers: numbers, place: place)
        }
        let found = DuplicateSearch.pairs(among: [
            candidate(1, "HTX Bạch Đằng", ["3700111222"]), candidate(2, "Hợp tác xã Bach Dang"),
            candidate(3, "HTX nông nghiệp Bạch Đăngg"), candidate(4, "HTX Bạch Đằng", [], "b"),
            candidate(5, "HTX Khác Hẳn", ["3700111222"], "b"), candidate(6, "HTX Thanh An"),
        ])
        #expect(
            found == [
                Duplicate(first: 1, second: 5, reason: .number), Duplicate(first: 1, second: 2, reason: .name),
                Duplicate(first: 1, second: 3, reason: .near), Duplicate(first: 2, second: 3, reason: .near),
            ])
    }

    @Test("are proposed until somebody says that they are not the same") func apart() async throws {
        let site = try await WholeSite()
        let twin = try await add(site) { _ in }
        let token = try await site.signIn("unit_officer")
        let address = "/duplicates/cooperatives/\(site.own)/\(twin.id)"
        #expect(try await site.get("/duplicates", as: token).text.contains("href=\"\(address)\""))
        let other = try await site.signIn("cooperative_director")
        #expect(!(try await site.get("/duplicates", as: other).text.contains(address)))
        #expect(try await site.ask(.post, "\(address)/distinct", as: other, form: "").status == 404)
        #expect(try await site.get("/duplicates", as: token).text.contains(address))
        #expect(try await site.ask(.post, "\(address)/distinct", as: token, form: "").status == 303)
        #expect(!(try await site.get("/duplicates", as: token).text.contains(address)))
    }

    @Test("become one record that has what belonged to both, and the old address leads to it") func merge()
        async throws
    {
        let site = try await WholeSite()
        let twin = try await add(site) {
            $0.name = "HTX Tên Cũ"
            $0.address = "Ấp 9"
            $0.taxCode = "3700000000"
        }
        let token = try await site.signIn("unit_officer")
        let own = try await site.database.write { db in
            let act = Act(at: WallClock.system.now(), origin: "cli")
            for day in ["2024-06-30", "2030-01-01"] as [Day] {
                var count = Headcount()
                count.cooperative = twin.id
                count.validFrom = day
                count.members = 77
                try db.insert(count, by: act)
            }
            var officer = Officer()
            officer.cooperative = twin.id
            officer.name = "Lê Văn Chuyển"
            try db.insert(officer, by: act)
            return try Cooperative.find(Identifier(site.own), in: db)
        }
        let before = try await site.get("/cooperatives", as: token).text
        #expect(before.contains("/cooperatives/\(twin.id)\""))
        let address = "/duplicates/cooperatives/\(site.own)/\(twin.id)"
        let page = try await site.get(address, as: token)
        #expect(page.status == 200)
        #expect(page.text.contains("name=\"field.address\" value=\"second\""))
        let noReason = try await site.ask(.post, address, as: token, form: "first_version=1&second_version=1")
        #expect(noReason.status == 422)
        let stale = try await site.ask(.post, address, as: token, form: form(1, 2))
        #expect(stale.status == 409)
        let done = try await site.ask(
            .post, address, as: token, form: form(1, 1, "&keep=first&field.address=second&field.tax_code=second"))
        #expect(done.status == 303)
        #expect(done.headers[.location] == "/cooperatives/\(site.own)")

        let (kept, merged, counts, officers) = try await site.database.read { db in
            (
                try Cooperative.find(own.id, in: db), try Cooperative.find(twin.id, in: db),
                try Headcount.list(where: "cooperative_id = \(own.id) ORDER BY valid_from", in: db),
                try Officer.list(where: "cooperative_id = \(own.id)", in: db)
            )
        }
        #expect(kept.address == "Ấp 9")
        #expect(kept.taxCode == "3700000000")
        #expect(kept.name == own.name)
        #expect(kept.earlierNames?.contains("HTX Tên Cũ") == true)
        #expect(merged.mergedInto == own.id)
        #expect(merged.taxCode == nil)
        // On the day of the list the kept record has its own figure.
        #expect(counts.map(\.validFrom) == ["2024-06-30", "2030-01-01"])
        #expect(counts.first?.members != 77)
        #expect(officers.contains { $0.name == "Lê Văn Chuyển" })

        let old = try await site.get("/cooperatives/\(twin.id)?as_of=2024-06-30", as: token)
        #expect(old.status == 308)
        #expect(old.headers[.location] == "/cooperatives/\(site.own)?as_of=2024-06-30")
        let list = try await site.get("/cooperatives", as: token).text
        #expect(!list.contains("/cooperatives/\(twin.id)\""))
        let history = try await site.get("/cooperatives/\(site.own)", as: token).text
        #expect(history.contains("số \(twin.id)"))
        #expect(history.contains("Lý do: trùng"))
        #expect(try await site.ask(.post, address, as: token, form: form(2, 2)).status == 409)

        // What was merged by mistake comes back through the history.
        let added = try #require(
            try await site.database.read { try Change.list(of: "cooperative", twin.id.number, in: $0) }.last)
        let back = "/cooperatives/\(twin.id)/history/\(added.id)"
        #expect(history.contains("href=\"\(back)\""))
        let taken = try await site.ask(.post, back, as: token, form: "version=2&reason=nh%E1%BA%A7m")
        #expect(taken.status == 409, "its tax code is the kept record's now")
    }

    @Test("are not merged by those who may not edit both") func refused() async throws {
        let site = try await WholeSite.sample.value
        for (role, status) in [("unit_officer", 404), ("cooperative_director", 404), ("auditor", 403)] {
            let token = try await site.signIn(role)
            for address in [
                "/duplicates/cooperatives/\(site.own)/\(site.foreign)",
                "/duplicates/cooperatives/\(site.foreign)/\(site.own)",
            ] {
                #expect(try await site.get(address, as: token).status == status, "\(role)")
                #expect(try await site.ask(.post, address, as: token, form: form(1, 1)).status == status, "\(role)")
            }
        }
        let officer = try await site.signIn("unit_officer")
        let itself = "/duplicates/cooperatives/\(site.own)/\(site.own)"
        #expect(try await site.get(itself, as: officer).status == 409)
        #expect(try await site.ask(.post, itself, as: officer, form: form(1, 1)).status == 409)
    }
}
