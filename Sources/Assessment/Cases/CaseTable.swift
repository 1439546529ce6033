import Kernel
import Records
import Web

/// The items of a case with the points of each level. Where it is the reader's turn, the form of that level.
struct CaseTable: Sendable {
    let page: CasePage

    private var one: AssessmentCase { page.one }

    func html(_ t: Texts) -> HTML {
        let levels = levels
        let head: HTML = """
            \(columnHead(t["scoring.item"]))\(columnHead(t["scoring.inputs"]))\
            \(columnHead(t["instrument.maximum"], isNumber: true))\
            \(levels, { columnHead(t["assessment_case.\($0.key)"], isNumber: true) })\
            \(hasReasons ? columnHead(t["assessment_case.why"]) : nil)\(page.turn.map { columnHead(t["assessment_case.turn-\($0)"]) })
            """
        let rows: HTML = "\(page.scale.items, { row($0, levels, t) })"
        let foot: HTML = """
            <td>\(t["assessment_case.sum"])</td><td></td>\
            <td class="number" data-label="\(t["instrument.maximum"])">\(page.scale.maximum?.shown(t) ?? "")</td>\
            \(levels, { "<td class=\"number\" data-label=\"\(t["assessment_case.\($0.key)"])\">\(sum($0.sheet, t))</td>" })\
            \(hasReasons ? "<td></td>" : nil as HTML?)\(page.turn.map { _ in "<td></td>" } as HTML?)
            """
        let table = table(t["scoring.items"], head: head, rows: rows, foot: foot)
        guard let turn = page.turn else { return "<section class=\"sheet\">\(table)\(outdated(t))</section>" }
        return """
            \(keptOffer(t))<form class="sheet" method="post" action="\(page.address)/\(path(turn))" novalidate \
            data-kept="\(page.reader)">\
            \(hiddenField("version", "\(one.version)"))\(table)\(outdated(t))\(more(turn, t))\
            <p class="actions"><button class="plain">\(t["assessment_case.keep"])</button>\
            <button name="complete" value="1">\(t["assessment_case.complete-\(turn)"])</button></p></form>
            """
    }

    private var levels: [(key: String, sheet: ScoreSheet)] {
        let own = page.turn == .scoring ? ScoreSheet(page.scoring, page.inputs) : one.selfSheet
        // What a level has not completed is for those who work on it.
        let review = one.reviewedOn != nil || page.rights.mayReview ? one.reviewSheet : nil
        let check = one.checkedOn != nil || page.rights.mayCheck ? one.checkSheet : nil
        return [
            own.map { ("self_sheet", $0) }, review.map { ("review_sheet", $0) }, check.map { ("check_sheet", $0) },
        ].compactMap(\.self)
    }

    private func path(_ turn: CaseTurn) -> String {
        switch turn {
        case .scoring: "self"
        case .review: "review"
        case .check: "check"
        }
    }

    /// The return was changed after it was scored.
    private func outdated(_ t: Texts) -> HTML? {
        guard page.turn != .scoring, let read = one.selfSheet?.returnVersion, let now = page.record?.version,
            read != now
        else { return nil }
        return notice(.warn, "\(t["assessment_case.return-changed"])")
    }

    private func row(_ item: Instrument.Item, _ levels: [(key: String, sheet: ScoreSheet)], _ t: Texts) -> HTML {
        let inputs = levels.first?.sheet[item.id]?.inputs ?? []
        let evidence = item.evidence.map {
            "<br><span class=\"small muted\">\(t["instrument.evidence"]): \($0)</span>" as HTML
        }
        func cell(_ level: (key: String, sheet: ScoreSheet)) -> HTML {
            let line = level.sheet[item.id]
            return """
                <td class="number" data-label="\(t["assessment_case.\(level.key)"])">\(points(line?.points, t))\
                \(answer(line, item).map { "<br><span class=\"small muted\">\($0)</span>" } as HTML?)</td>
                """
        }
        return """
            <tr><td>\(item.id) \(item.name)\(evidence)</td>\
            <td data-label="\(t["scoring.inputs"])">\(inputs, { "<div>\($0.words(t))</div>" })\(step(item, t))</td>\
            <td class="number" data-label="\(t["instrument.maximum"])">\(item.maximum?.shown(t) ?? t["value.unknown"])</td>\
            \(levels, cell)\(hasReasons ? "<td data-label=\"\(t["assessment_case.why"])\">\(reasons(item, levels, t))</td>" : nil as HTML?)\
            \(page.turn.map { input(item, $0, t) })</tr>
            """
    }

    private var hasReasons: Bool { levels.contains { $0.sheet.lines.contains { $0.reason != nil } } }

    /// Why each level says otherwise than the one before, and who.
    private func reasons(_ item: Instrument.Item, _ levels: [(key: String, sheet: ScoreSheet)], _ t: Texts) -> HTML {
        let said = levels.compactMap { level -> HTML? in
            guard let line = level.sheet[item.id], let reason = line.reason,
                line.level.map({ "\($0)_sheet" }) == level.key
            else { return nil }
            let who = line.by.flatMap { page.accounts[Identifier($0)] }.map { " – \($0)" } ?? ""
            return "<div class=\"small\">\(t["assessment_case.\(level.key)"]): \(reason)\(who)</div>"
        }
        return "\(said, { $0 })"
    }

    private func step(_ item: Instrument.Item, _ t: Texts) -> HTML? {
        guard page.isCurrent, let line = page.scoring.lines.first(where: { $0.item.id == item.id }),
            let band = line.band, case .bands(let formula, let bands) = item.rule,
            case .value(.number(let value))? = line.evaluation?.outcome
        else { return nil }
        let next = line.next.map { next in
            t("scoring.next-step", ["distance": formula.type.words(next.distance, t), "gain": next.gain.shown(t)])
        }
        return """
            <div class="small muted">\(formula.type.words(value, t)) (\(bands[band].words(formula.type, t)))\
            \(next.map { "<br>\($0)" } as HTML?)</div>
            """
    }

    private func answer(_ line: ScoreSheet.Line?, _ item: Instrument.Item) -> String? {
        guard case .choice(let answers)? = item.rule, let code = line?.answer else { return nil }
        return answers.first { $0.code == code }?.name
    }

    private func points(_ points: Hundredths?, _ t: Texts) -> String {
        points.map { NumberText.shown($0.decimal, t.language) } ?? t["scoring.undetermined-item"]
    }

    private func sum(_ sheet: ScoreSheet, _ t: Texts) -> String {
        sheet.total.map { NumberText.shown($0.decimal, t.language) }
            ?? t("assessment_case.so-far", ["points": NumberText.shown(sheet.known.decimal, t.language)])
    }

    // MARK: What the reader enters

    private func input(_ item: Instrument.Item, _ turn: CaseTurn, _ t: Texts) -> HTML {
        let label = t["assessment_case.turn-\(turn)"]
        let field: HTML? = turn == .scoring ? statement(item, t) : amendment(item, turn, t)
        return "<td data-label=\"\(label)\">\(field)</td>"
    }

    private func statement(_ item: Instrument.Item, _ t: Texts) -> HTML? {
        let name = "answer.\(item.id)"
        let value = page.typed.map { $0[name] ?? "" } ?? one.selfSheet?[item.id]?.answer ?? ""
        switch item.rule {
        case .choice(let answers)?:
            return """
                <select name="\(name)" aria-label="\(item.id) \(item.name)"><option value="">–</option>\(answers, { answer in
                    "<option value=\"\(answer.code)\"\(attribute: "selected", if: answer.code == value)>\(answer.name)</option>"
                })</select>
                """
        case .byPerson?:
            return """
                <input type="text" class="short" name="\(name)" inputmode="decimal" value="\(decimal(value, t))" \
                aria-label="\(item.id) \(item.name)">
                """
        case .bands?, .condition?, .share?, nil: return nil
        }
    }

    /// What was kept as `12.5` is shown as the reader writes it.
    private func decimal(_ value: String, _ t: Texts) -> String {
        t.language == .vi ? value.replacing(".", with: ",") : value
    }

    private func amendment(_ item: Instrument.Item, _ turn: CaseTurn, _ t: Texts) -> HTML {
        let (before, own) =
            turn == .review ? (one.selfSheet, one.reviewSheet) : (one.reviewSheet, one.checkSheet)
        let (was, kept) = (before?[item.id], own?[item.id])
        let isOther = kept?.level == (turn == .review ? .review : .check) && kept?.points != was?.points
        func value(_ name: String, _ stored: String?) -> String { page.typed.map { $0[name] ?? "" } ?? stored ?? "" }
        let points = value(
            "points.\(item.id)",
            isOther ? kept?.points.map { NumberText.shown($0.decimal, t.language) } : nil)
        return """
            <input type="text" class="short" name="points.\(item.id)" inputmode="decimal" value="\(points)" \
            placeholder="\(was?.points.map { NumberText.shown($0.decimal, t.language) } ?? "")" \
            aria-label="\(t["assessment_case.other-points"]) \(item.id)">
            <input type="text" name="why.\(item.id)" value="\(value("why.\(item.id)", isOther ? kept?.reason : nil))" \
            placeholder="\(t["assessment_case.why"])" aria-label="\(t["assessment_case.why"]) \(item.id)">
            """
    }

    private func more(_ turn: CaseTurn, _ t: Texts) -> HTML {
        switch turn {
        case .scoring:
            let fields = [("board_agreed_on", one.boardAgreedOn), ("supervisors_agreed_on", one.supervisorsAgreedOn)]
            return "\(fields, { day($0.0, $0.1, t) })"
        case .review: return "<p class=\"hint\">\(t["assessment_case.amend-hint"])</p>"
        case .check:
            let answer =
                one.state == .appealed
                ? FormField(
                    "answer", t["assessment_case.appeal_answer"], .area(rows: 3),
                    value: page.typed?["answer"] ?? one.appealAnswer
                ).html(t) : nil
            return "<p class=\"hint\">\(t["assessment_case.amend-hint"])</p>\(answer)"
        }
    }

    private func day(_ name: String, _ kept: Day?, _ t: Texts) -> HTML {
        FormField(
            name, t["assessment_case.\(name)"], .line(type: "text", autocomplete: "off", mode: nil),
            value: page.typed.map { $0[name] ?? "" } ?? kept.map { DateText.short($0, .vi) }
        ).html(t)
    }
}
