import Access
import Hummingbird
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// The figures of grades: of a year, between two, and who of the average and weak has no advice plan.
    func registerGrades(in site: inout Site) {
        for (key, path) in [("grades.navigation", "/grades"), ("movement.navigation", "/grades/movement")] {
            site.navigation.append(NavigationEntry(.yearly, key, path, may: .holders(.read, "outcome")))
        }
        site.get("/grades", may: .holders(.read, "outcome")) { _, context in
            let asked = try AskedGrades(context)
            let year = try asked.year("year", or: asked.asOf.day.year - 1)
            return try await pages.database.read { db in
                let gazetteer = try asked.gazetteer(pages, in: db)
                let viewer = asked.question.viewer
                return GradesPage(
                    asOf: asked.asOf, counts: try GradeCounts(of: year, asked.question, gazetteer, in: db),
                    unit: asked.question.unit, unitName: asked.unitName(gazetteer, context.t),
                    units: asked.units(pages, gazetteer, context.t),
                    mayReadCooperatives: viewer.may(.read, "cooperative"),
                    mayReadPlans: viewer.may(.read, "advice_plan"),
                    mayExport: viewer.may(.export, "outcome"))
            }
        }
        site.get("/grades.json", may: .holders(.export, "outcome")) { _, context in
            let asked = try AskedGrades(context)
            let year = try asked.year("year", or: asked.asOf.day.year - 1)
            let json = try await pages.database.read { db in
                try GradeCounts(of: year, asked.question, asked.gazetteer(pages, in: db), in: db).json(asked.question)
            }
            return Response.download(Array(json.utf8), type: "application/json; charset=utf-8", file: nil)
        }
        site.get("/grades/movement", may: .holders(.read, "outcome")) { _, context in
            let asked = try AskedGrades(context)
            let from = try asked.query["from"].map { try Year(asked: $0) }
            let to = try asked.year("to", or: from.map { $0.number + 1 } ?? asked.asOf.day.year - 1)
            let first = from ?? to.previous
            guard first < to else { throw Failure(.usage, "movement.years", ["from": "\(first)", "to": "\(to)"]) }
            return try await pages.database.read { db in
                let gazetteer = try asked.gazetteer(pages, in: db)
                return MovementPage(
                    asOf: asked.asOf, movement: try GradeMovement(from: first, to: to, asked.question, in: db),
                    unit: asked.question.unit, unitName: asked.unitName(gazetteer, context.t),
                    units: asked.units(pages, gazetteer, context.t),
                    mayReadCooperatives: asked.question.viewer.may(.read, "cooperative"))
            }
        }
        site.get("/grades/without-plan", may: .holders(.read, "advice_plan")) { _, context in
            let asked = try AskedGrades(context)
            let year = try asked.year("year", or: asked.asOf.day.year - 1)
            return try await pages.database.read { db in
                let gazetteer = try asked.gazetteer(pages, in: db)
                return try WithoutPlanPage(
                    year, asked, unitName: asked.unitName(gazetteer, context.t),
                    units: asked.units(pages, gazetteer, context.t), in: db)
            }
        }
    }
}

/// What the address of a page on grades asks.
struct AskedGrades: Sendable {
    let asOf: AsOf
    let question: GradeQuestion
    let query: Query

    init(_ context: WebContext) throws {
        query = context.query
        guard query.items.allSatisfy({ !$0.value.contains("\0") }) else { throw Failure(.usage, "query.unreadable") }
        asOf = try AsOf(query, context.clock)
        question = GradeQuestion(asOf: asOf.day, unit: query["unit"], viewer: try context.viewer)
    }

    func year(_ name: String, or year: Int) throws -> Year {
        try query[name].map { try Year(asked: $0) } ?? Year(year)
    }

    /// Throws `list.no-such-unit` for a unit that never was.
    func gazetteer(_ pages: RegistryPages, in db: Connection) throws -> Gazetteer {
        let gazetteer = try pages.gazetteer.gazetteer(db)
        if let unit = question.unit, unit != UnitCondition.needsChoice, gazetteer.versions(of: unit).isEmpty {
            throw Failure(.usage, "list.no-such-unit", ["unit": unit])
        }
        return gazetteer
    }

    /// What the unit is called on the day, or was at last.
    func unitName(_ gazetteer: Gazetteer, _ t: Texts) -> String? {
        question.unit.map { unit in
            if unit == UnitCondition.needsChoice { return t["pages.needs-choice"] }
            return (gazetteer.unit(unit, on: asOf.day) ?? gazetteer.versions(of: unit).last)?.fullName ?? unit
        }
    }

    func units(_ pages: RegistryPages, _ gazetteer: Gazetteer, _ t: Texts) -> [Option] {
        pages.unitOptions(on: asOf.day, selected: question.unit, gazetteer, t)
    }
}
