import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    /// The list of records whose unit was split, to be worked off: many at once where they go to the same unit.
    func registerUnitChoices(in site: inout Site) {
        let types = UnitChoiceWork.types.map { UnitChoiceWork.name(of: $0) }
        let audience = Audience.any(types.map { .holders(.edit, $0) })
        let listings = listings.filter { types.contains($0.type) }
        site.navigation.append(NavigationEntry(.tasks, "choices.title", "/units-to-choose", may: audience))
        site.get("/units-to-choose", may: audience) { _, context in
            let (viewer, today) = (try context.viewer, context.clock.today())
            return try await database.read { db in
                let waiting = try listings.filter { viewer.may(.edit, $0.type) }.flatMap {
                    try UnitChoiceWork.waiting($0, viewer.rows(.edit, $0.type), on: today, in: db)
                }
                return UnitChoicePage(waiting, paths, try gazetteer.gazetteer(db), today)
            }
        }
        site.post("/units-to-choose", may: audience) { request, context -> Response in
            let viewer = try context.viewer
            let form = try await request.form()
            let chosen = form.all("record").compactMap { UnitChoiceWork.Chosen($0) }
            guard !chosen.isEmpty else { throw Failure(.invalid, "choices.no-record") }
            guard let unit = form["unit"].flatMap({ Unit.ID($0) }) else { throw Failure(.invalid, "choices.no-unit") }
            let act = try context.act(reason: form["reason"].map { CleanText($0).text })
            try await database.write { db in
                for record in chosen {
                    guard let listing = listings.first(where: { $0.type == record.type }),
                        try viewer.allows(.edit, record.type, listing.table, record.id, in: db)
                    else {
                        throw Failure(
                            .missing, "record.missing", ["type": "@type.\(record.type)", "id": "\(record.id)"])
                    }
                    try UnitChoiceWork.choose(record, unit, by: act, in: db)
                }
            }
            return .seeOther("/units-to-choose?done=saved")
        }
    }
}

/// Records that wait for a person to say where they lie now, those of one former unit together.
struct UnitChoicePage: Page {
    private struct Place {
        let unit: Unit
        let choices: [Unit]
        let records: [UnitChoiceWork.Waiting]
    }

    private let places: [Place]
    private let paths: [String: String]
    private let gazetteer: Gazetteer

    init(
        _ waiting: [UnitChoiceWork.Waiting], _ paths: [String: String], _ gazetteer: Gazetteer, _ today: Day
    ) {
        self.paths = paths
        self.gazetteer = gazetteer
        places = Dictionary(grouping: waiting, by: \.unit).compactMap { id, records in
            gazetteer.unit(id).map { unit in
                Place(
                    unit: unit, choices: gazetteer.whereabouts(of: id, on: today)?.choices ?? [],
                    records: records.sorted { ($0.type, $0.id) < ($1.type, $1.id) })
            }
        }.sorted { ($0.unit.code, $0.unit.validFrom) < ($1.unit.code, $1.unit.validFrom) }
    }

    func title(_ t: Texts) -> String { t["choices.title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["navigation.tasks"])] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: "\(t["choices.note"])"))
        \(places.isEmpty ? emptyState(t["choices.none"]) : "\(places, { place($0, t) })")
        """
    }

    private func place(_ place: Place, _ t: Texts) -> HTML {
        let name = gazetteer.label(place.unit)
        func record(_ record: UnitChoiceWork.Waiting) -> HTML {
            """
            <li><label class="tick"><input type="checkbox" name="record" \
            value="\(record.type):\(record.id):\(record.version)"> \(t["type.\(record.type)"])</label> \
            <a href="/\(paths[record.type] ?? record.type)/\(record.id)">\(record.name)</a></li>
            """
        }
        func choice(_ unit: Unit) -> HTML {
            """
            <label class="tick"><input type="radio" name="unit" value="\(unit.id)" required> \(unit.fullName)</label>
            """
        }
        return """
            <section class="sheet"><h2>\(name) <span class="muted">\(place.records.count)</span></h2>\
            <form method="post" action="/units-to-choose"><ul class="plain">\(place.records, record)</ul>\
            \(place.choices.isEmpty
                ? notice(.warn, "\(t["choices.no-successor"])")
                : """
                    <fieldset><legend>\(t["choices.now-in"])</legend><div class="inline">\(place.choices, choice)</div></fieldset>\
                    <p class="inline"><label>\(t["form.reason"])<input name="reason" maxlength="500"></label>\
                    <button>\(t["choices.put"])</button></p>
                    """)</form></section>
            """
    }
}
