package import Access
package import Kernel
package import Persistence
package import Records
package import Web

/// A section that another part of the program adds to the page of a cooperative.
package struct CooperativePart: Sendable {
    package typealias Load = @Sendable (Cooperative.ID, Viewer, AsOf, Connection) throws -> (@Sendable (Texts) -> HTML)?

    /// Reads what the viewer may see; `nil`: nothing is shown.
    let load: Load
    /// The records whose changes belong to the cooperative's history.
    let history: RecordHistory.Part

    package init(history: RecordHistory.Part, _ load: @escaping Load) {
        self.history = history
        self.load = load
    }
}

/// One cooperative: what it is on the asked day, its facts over time, who runs it, and its history.
struct CooperativePage: Page {
    let cooperative: Cooperative
    let place: RecordPlace
    // Each newest first.
    let statuses: [CooperativeStatus]
    let headcounts: [Headcount]
    let capitals: [CharterCapital]
    let areas: [LandArea]
    let officers: [Officer]
    let unions: [(id: Int64, name: String, from: Day?, to: Day?)]
    let history: RecordHistory
    let links: EditLinks
    let mayEditOfficers: Bool
    let sight: PersonalSight
    let attachments: AttachmentList
    /// Whether the phone numbers of officers are the viewer's to read.
    let maySeeOfficers: Bool
    let paths: [String: String]
    /// What other parts of the program say of it.
    let parts: [@Sendable (Texts) -> HTML]

    init(
        _ id: Cooperative.ID, _ viewer: Viewer, _ sight: PersonalSight, _ asOf: AsOf, _ pages: RegistryPages,
        in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        cooperative = try Cooperative.find(id, in: db)
        place = RecordPlace(cooperative.unit, asOf, try pages.gazetteer.gazetteer(db))
        statuses = try CooperativeStatus.list(where: "cooperative_id = \(id) ORDER BY valid_from DESC", in: db)
        headcounts = try Headcount.list(where: "cooperative_id = \(id) ORDER BY valid_from DESC", in: db)
        capitals = try CharterCapital.list(where: "cooperative_id = \(id) ORDER BY valid_from DESC", in: db)
        areas = try LandArea.list(where: "cooperative_id = \(id) ORDER BY valid_from DESC", in: db)
        officers =
            try !viewer.may(.read, "officer")
            ? [] : Officer.list(where: "cooperative_id = \(id) ORDER BY role, valid_from DESC, id", in: db)
        unions = try db.all(
            """
            SELECT n.id, n.name, m.valid_from, m.valid_to FROM registry_union_membership m
            JOIN registry_union n ON n.id = m.union_id 
            WHERE m.cooperative_id = \(id) AND (\(viewer.rows(.read, "union").condition("n") ?? "1 = 1"))
            ORDER BY n.sort_key, n.id
            """
        ) { (try $0[0], try $0[1], try $0[2], try $0[3]) }
        attachments = try AttachmentList(of: id, for: viewer, in: db)
        history = try RecordHistory(
            of: Cooperative.self, id,
            parts: [
                .init(CooperativeStatus.self, "cooperative_id"), .init(Headcount.self, "cooperative_id"),
                .init(CharterCapital.self, "cooperative_id"), .init(LandArea.self, "cooperative_id"),
                .init(Officer.self, "cooperative_id"), .init(UnionMembership.self, "cooperative_id"),
            ] + pages.parts.map(\.history), pages.catalogue, for: viewer, in: db)
        paths = pages.paths
        links = try EditLinks(paths["cooperative"] ?? "cooperatives", id, viewer, db)
        parts = try pages.parts.compactMap { try $0.load(id, viewer, asOf, db) }
        mayEditOfficers = viewer.may(.edit, "officer")
        self.sight = sight
        maySeeOfficers = viewer.may(.personal, "officer")
    }

    private var asOf: AsOf { place.asOf }
    private var address: String { "/\(paths["cooperative"] ?? "cooperatives")/\(cooperative.id)" }

    func title(_ t: Texts) -> String { cooperative.name }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["cooperative.plural"], asOf.link("/\(paths["cooperative"] ?? "cooperatives")"))] + place.crumbs
    }

    func body(_ t: Texts) -> HTML {
        """
        <div class="head"><div><h1>\(cooperative.name)</h1><p>\(tags(t))</p>\
        <p class="muted small">\(asOf.shown(t))</p>\(scaleBasis(t))</div>\
        <div class="inline no-print">\(links.button(t["form.change"], "edit", isMain: true))</div></div>
        \(notYet(t))\(place.choiceNotice(t))
        <div class="two"><section class="sheet"><h2>\(t["pages.general"])</h2>\(facts(general(t), t))\
        \(hasPersonal ? sight.form(address, t) : nil)</section>
        <section class="sheet"><h2>\(t["pages.over-time"])</h2>\(timeline(happenings(t)))\
        \(addLinks(t))</section></div>
        \(parts, { $0(t) })\(officerTable(t))\(unionTable(t))\(attachments.html(address, t))\
        \(history.list(place.gazetteer, restoring: address, t))
        """
    }

    private func tags(_ t: Texts) -> HTML {
        let status = statuses.first { $0.validFrom <= asOf.day }?.status
        let tone: Tone =
            switch status {
            case .active?: .good
            case .suspended?, nil: .warn
            case .stopped?, .dissolving?, .dissolved?: .bad
            }
        let headcount = headcounts.first { $0.validFrom <= asOf.day }
        let scale = ScaleClass.of(
            .init(officialMembers: headcount?.officialMembers ?? headcount?.members),
            by: LawNumbers.shipped.scaleBounds(on: asOf.day))
        return """
            \(tag(tone, status.map { t[$0.textKey] } ?? t["figure.cooperatives.unknown_status"])) \
            \(tag(.plain, cooperative.kind.map { t[$0.textKey] } ?? t["figure.cooperatives.unknown_kind"])) \
            \(tag(.plain, "\(t["pages.scale"]): \(scale.map { t[$0.textKey].lowercased() } ?? t["pages.scale-unknown"])"))
            """
    }

    /// By which act the scale is said.
    private func scaleBasis(_ t: Texts) -> HTML? {
        ScaleClass.basis(asOf.day).map { basis in
            """
            <p class="muted small">\(t["pages.scale"]): \(basis.sentence(on: asOf.day, t))</p>
            """
        }
    }

    private func notYet(_ t: Texts) -> HTML? {
        guard let established = cooperative.established, established.earliest > asOf.day else { return nil }
        let date = DateText.short(asOf.day, t.language)
        return notice(.warn, "\(t("pages.not-yet", ["date": date]))")
    }

    private var hasPersonal: Bool {
        cooperative.phone != nil || cooperative.email != nil || officers.contains { $0.phone != nil }
    }

    private func general(_ t: Texts) -> [Fact] {
        func text(_ value: String?) -> HTML? { value.map { "\($0)" } }
        return [
            Fact(t["cooperative.tax_code"], text(cooperative.taxCode?.text)),
            Fact(t["cooperative.registration_number"], text(cooperative.registrationNumber?.text)),
            Fact(t["cooperative.established"], text(cooperative.established.map { DateText.short($0, t.language) })),
            Fact(t["cooperative.address"], text(cooperative.address)),
        ] + place.facts(t) + [
            Fact(t["cooperative.phone"], text(cooperative.phone.map { sight.shown($0.text) })),
            Fact(t["cooperative.email"], text(cooperative.email.map(sight.shown))),
            Fact(t["cooperative.main_products"], text(cooperative.mainProducts)),
        ] + (cooperative.earlierNames.map { [Fact(t["cooperative.earlier_names"], "\($0)")] } ?? [])
    }

    /// Every dated fact, the newest first, down to the founding.
    private func happenings(_ t: Texts) -> [Happening] {
        var found: [(day: Day, happening: Happening)] = []
        func add<Fact: CooperativeFact>(_ facts: [Fact], _ word: String, _ what: (Fact) -> HTML) {
            for fact in facts {
                let when = t("pages.from", ["date": DateText.short(fact.validFrom, t.language)])
                let source = history.source(of: Fact.description.name, fact.id.number, t)
                let edit = links.edit(word, fact.id.number, t, what: "\(t["type.\(Fact.description.name)"]) \(when)")
                found.append((fact.validFrom, Happening(what(fact), when: when, source: "\(source)\(edit)")))
            }
        }
        add(statuses, "statuses") { fact in
            let more = [fact.reason, fact.document].compactMap(\.self).joined(separator: " · ")
            return "\(t[fact.status.textKey])\(more.isEmpty ? nil : " <span class=\"muted\">(\(more))</span>" as HTML?)"
        }
        add(headcounts, "headcounts") { headcountText($0.members, $0.women, t) }
        add(capitals, "capitals") { "\(t["charter_capital.amount"]) \(millions($0.amount, t))" }
        add(areas, "land-areas") { "\(t["land_area.area"]) \(NumberText.hectares($0.area, t.language)) ha" }
        var happenings = found.enumerated().sorted { ($1.element.day, $0.offset) < ($0.element.day, $1.offset) }
            .map(\.element.happening)
        if let established = cooperative.established {
            happenings.append(Happening("\(t["pages.founded"])", when: DateText.short(established, t.language)))
        }
        return happenings
    }

    private func addLinks(_ t: Texts) -> HTML? {
        guard links.mayEdit else { return nil }
        let kinds = [
            ("statuses", CooperativeStatus.description.name), ("headcounts", Headcount.description.name),
            ("capitals", CharterCapital.description.name), ("land-areas", LandArea.description.name),
        ]
        func link(_ kind: (word: String, type: String)) -> HTML {
            "<a href=\"\(links.address)/\(kind.word)/new\">\(t("form.new", ["type": t.inSentence("type.\(kind.type)")]))</a>"
        }
        return "<p class=\"small no-print\">\(kinds.map(link).joined(separator: " · "))</p>"
    }

    private func phone(_ text: String) -> String { maySeeOfficers ? sight.shown(text) : masked(text) }

    private func officerTable(_ t: Texts) -> HTML? {
        guard !officers.isEmpty || (links.mayEdit && mayEditOfficers) else { return nil }
        func row(_ officer: Officer) -> HTML {
            let holds =
                (officer.validFrom ?? .distantPast) <= asOf.day && (officer.validTo ?? .distantFuture) > asOf.day
            return """
                <tr><td>\(officer.name)</td><td data-label="\(t["officer.role"])">\(t[officer.role.textKey])</td>\
                <td data-label="\(t["officer.sex"])">\(officer.sex.map { t[$0.textKey] } ?? "–")</td>\
                <td data-label="\(t["officer.phone"])">\(officer.phone.map { phone($0.text) } ?? "–")</td>\
                <td data-label="\(t["pages.period"])">\(period(officer.validFrom, officer.validTo, t))\
                \(holds ? nil : " \(tag(.plain, t["pages.not-in-post"]))" as HTML?)\
                \(mayEditOfficers ? links.edit("officers", officer.id.number, t, what: officer.name) : nil)</td></tr>
                """
        }
        return """
            <section class="sheet">\(table(
                t["officer.plural"],
                head: """
                    \(columnHead(t["officer.name"]))\(columnHead(t["officer.role"]))\(columnHead(t["officer.sex"]))\
                    \(columnHead(t["officer.phone"]))\(columnHead(t["pages.period"]))
                    """,
                rows: "\(officers, row)"))\
            \(mayEditOfficers ? links.button(t("form.new", ["type": t.inSentence("type.officer")]), "officers/new") : nil)</section>
            """
    }

    private func unionTable(_ t: Texts) -> HTML? {
        guard !unions.isEmpty else { return nil }
        func row(_ union: (id: Int64, name: String, from: Day?, to: Day?)) -> HTML {
            """
            <tr><td><a href="\(asOf.link("/\(paths["union"] ?? "unions")/\(union.id)"))">\(union.name)</a></td>\
            <td data-label="\(t["pages.period"])">\(period(union.from, union.to, t))</td></tr>
            """
        }
        let head: HTML = "\(columnHead(t["union.name"]))\(columnHead(t["pages.period"]))"
        return "<section class=\"sheet\">\(table(t["pages.unions"], head: head, rows: "\(unions, row)"))</section>"
    }
}
