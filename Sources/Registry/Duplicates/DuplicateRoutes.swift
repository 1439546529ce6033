import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    /// Records that may be the same: proposed, told apart, or merged.
    func registerDuplicates(in site: inout Site) {
        let either = Audience.any([.holders(.edit, "cooperative"), .holders(.edit, "group")])
        site.navigation.append(NavigationEntry(.tasks, "duplicates.title", "/duplicates", may: either))
        site.get("/duplicates", may: either) { _, context in
            let (viewer, today) = (try context.viewer, context.clock.today())
            return try await database.read { db in
                let gazetteer = try gazetteer.gazetteer(db)
                return DuplicatesPage(
                    sections: try ["cooperative", "group"].filter { viewer.may(.edit, $0) }.map { type in
                        try DuplicatesPage.Section(
                            type, path: paths[type] ?? type,
                            DuplicateSearch.pairs(type, for: viewer, gazetteer, on: today, in: db), gazetteer, in: db)
                    })
            }
        }
        merging(Cooperative.self, bringing: belongings, in: &site)
        merging(Group.self, bringing: [], in: &site)
    }

    private func merging<R: Mergeable>(_ type: R.Type, bringing others: [Belonging<R>], in site: inout Site) {
        let name = R.description.name
        guard let path = paths[name] else { return }
        let address = "/duplicates/\(path)/:first/:second"
        site.get(address, may: .holders(.edit, name)) { _, context in
            try await mergePage(R.self, path, context, Query())
        }
        site.post(address, may: .holders(.edit, name)) { request, context -> Response in
            let form = try await request.form()
            do {
                let act = try context.act(reason: try reason(in: form))
                let viewer = try context.viewer
                let (first, second): (R.ID, R.ID) = (try context.id("first"), try context.id("second"))
                let kept = try await database.write { db in
                    let (a, b) = (try R.find(first, in: db), try R.find(second, in: db))
                    for (record, seen) in [(a, form["first_version"]), (b, form["second_version"])] {
                        try viewer.require(.edit, record.id, in: db)
                        guard seen == "\(record.version)" else {
                            throw Failure(
                                .conflict, "record.changed-meanwhile", ["type": "@type.\(name)", "id": "\(record.id)"])
                        }
                    }
                    let keepsSecond = form["keep"] == "second"
                    let (kept, merged, other) = keepsSecond ? (b, a, "first") : (a, b, "second")
                    let taken = R.description.fields.map(\.name).filter { form["field.\($0)"] == other }
                    try R.merge(
                        merged, into: kept, taking: Set(taken), bringing: others, for: viewer, by: act, in: db)
                    return kept.id
                }
                return .seeOther("/\(path)/\(kept)")
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
                return refused(try await mergePage(R.self, path, context, form, failure), failure, context)
            }
        }
        site.post("\(address)/distinct", may: .holders(.edit, name)) { _, context -> Response in
            let (viewer, act) = (try context.viewer, try context.act())
            let (first, second): (R.ID, R.ID) = (try context.id("first"), try context.id("second"))
            try await database.write { db in
                for id in [first, second] { try viewer.require(.edit, id, in: db) }
                try DuplicateSearch.tellApart(name, first.number, second.number, by: act, in: db)
            }
            return .seeOther("/duplicates")
        }
    }

    private func mergePage<R: Mergeable>(
        _ type: R.Type, _ path: String, _ context: WebContext, _ typed: Query, _ problem: Failure? = nil
    ) async throws -> MergePage<R> {
        let viewer = try context.viewer
        let (first, second): (R.ID, R.ID) = (try context.id("first"), try context.id("second"))
        return try await database.read { db in
            for id in [first, second] { try viewer.require(.edit, id, in: db) }
            let (a, b) = (try R.find(first, in: db), try R.find(second, in: db))
            guard first != second, a.mergedInto == nil, b.mergedInto == nil else {
                throw Failure(.refused, "duplicates.merged-already")
            }
            return MergePage(
                first: a, second: b, path: path, gazetteer: try gazetteer.gazetteer(db), typed: typed, problem: problem)
        }
    }
}
