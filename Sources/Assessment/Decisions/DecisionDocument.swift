import Documents
package import Kernel
package import Persistence
import Records
package import Registry

/// What a decision says, with its two annexes. The tags of the template are listed in docs/report-templates.md.
struct DecisionDocument: Sendable {
    struct Line: Sendable {
        let name: String
        let taxCode: String?
        let unit: String
        var points: Hundredths?
        var grade: Grade?
        var exclusion: Exclusion?
    }

    let decision: GradeDecision
    let year: Year
    let instrument: String
    /// Those that get a grade, then those that get none, each in the order of their names.
    let graded: [Line]
    let excluded: [Line]
    let t: Texts

    var values: [String: TemplateValue] {
        let day = decision.signedOn.map { DateText.long($0, .vi) } ?? "ngày …… tháng …… năm ………"
        return [
            "issuer": .group([
                "superior": .text(decision.superior ?? ""), "name": .text(decision.issuer),
            ]),
            "number": .text("Số: \(decision.numberAndSymbol)"), "place_and_date": .text("\(decision.place), \(day)"),
            "title": .text(decision.title), "authority": .text(decision.authority),
            "grounds": .list(lines(decision.grounds, "text")), "year": .text("\(year)"),
            "instrument": .text(Self.named(instrument, t)), "graded": .text(said(graded.count)),
            "grades": .list(
                Grade.allCases.compactMap { grade in
                    let count = graded.filter { $0.grade == grade }.count
                    guard count > 0 else { return nil }
                    return [
                        "name": .text(t[grade.textKey]), "count": .text(said(count)),
                        "share": .text(NumberText.percent(Int64(count), of: Int64(graded.count), .vi) ?? ""),
                    ]
                }),
            "rows": .list(graded.enumerated().map { row($1, $0 + 1) }),
            "excluded": .group([
                "any": .flag(!excluded.isEmpty), "count": .text(said(excluded.count)),
                "rows": .list(excluded.enumerated().map { row($1, $0 + 1) }),
            ]),
            "reasons": .list(
                Exclusion.allCases.compactMap { reason in
                    let count = excluded.filter { $0.exclusion == reason }.count
                    guard count > 0 else { return nil }
                    return ["name": .text(t[reason.textKey]), "count": .text(said(count))]
                }),
            "recipients": .list(recipients),
            "signature": .group([
                "authority": .text(decision.signerTitle), "name": .text(decision.signer),
            ]),
        ]
    }

    private func row(_ line: Line, _ number: Int) -> [String: TemplateValue] {
        [
            "number": .text("\(number)"), "name": .text(line.name), "tax_code": .text(line.taxCode ?? ""),
            "unit": .text(line.unit), "points": .text(line.points.map { NumberText.shown($0.decimal, .vi) } ?? ""),
            "grade": .text(line.grade.map { t[$0.textKey] } ?? ""),
            "reason": .text(line.exclusion.map { t[$0.textKey] } ?? ""),
        ]
    }

    private func lines(_ text: String, _ name: String) -> [[String: TemplateValue]] {
        text.split(whereSeparator: \.isNewline).map { [name: .text(String($0))] }
    }

    /// After those whom the last article names; the template ends each with a mark of its own.
    private var recipients: [[String: TemplateValue]] {
        let first = t("grade_decision.as-in-article", ["number": excluded.isEmpty ? "2" : "3"])
        return lines(
            ([first] + decision.recipients.split(whereSeparator: \.isNewline).map(String.init))
                .map { $0.trimmed(of: ";., ") }.joined(separator: "\n"), "name")
    }

    /// A circular by its number: `Thông tư số 09/2017/TT-BNNPTNT`.
    static func named(_ instrument: String, _ t: Texts) -> String {
        instrument.contains("/TT-") ? t("grade_decision.circular", ["number": instrument]) : instrument
    }

    private func said(_ count: Int) -> String { NumberText.grouped(Int64(count), .vi) }

    /// What a template is tried with before it is taken into use.
    static let sample = DecisionDocument(
        decision: GradeDecision(), year: 2024, instrument: "…",
        graded: [Line(name: "…", taxCode: nil, unit: "…", points: .zero, grade: .good)],
        excluded: [Line(name: "…", taxCode: nil, unit: "…", exclusion: .new)], t: Texts(.vi, sources: []))
}

extension DecisionDocument {
    /// Of a decision as its round stands now, or, once it is signed, of what it covered.
    init(_ decision: GradeDecision, _ gazetteer: Gazetteer, _ t: Texts, on day: Day, in db: Connection) throws {
        let round = try AssessmentRound.find(decision.round, in: db)
        var (graded, excluded): ([Line], [Line]) = ([], [])
        try db.each(
            """
            SELECT c.name, c.tax_code, c.unit_id, k.state, k.points_hundredths, k.grade, k.exclusion
            FROM assessment_case k JOIN registry_cooperative c ON c.id = k.cooperative_id
            WHERE k.round_id = \(decision.round) AND \(decision.covers) ORDER BY c.sort_key, c.id
            """
        ) { row in
            let unit: Unit.ID = try row[2]
            let place = gazetteer.whereabouts(of: unit, on: day)?.unit ?? gazetteer.unit(unit)
            let line = Line(
                name: try row[0], taxCode: try row[1], unit: place?.fullName ?? "",
                points: try row[4], grade: try row[5], exclusion: try row[6])
            if line.exclusion == nil { graded.append(line) } else { excluded.append(line) }
        }
        self.init(
            decision: decision, year: round.year, instrument: try round.scale(in: db).code, graded: graded,
            excluded: excluded, t: t)
    }

    func filled(in db: Connection) throws -> [UInt8] {
        try DocxTemplate(bytes: try DecisionTemplate.file(in: db).bytes).filled(values)
    }
}

extension GradeDecision {
    /// The file as it was signed, or before that as it would be on a day.
    package func document(
        _ gazetteer: Gazetteer, _ t: Texts, on day: Day, in db: Connection
    ) throws -> (name: String, bytes: [UInt8]) {
        if let file { return (fileName, try StoredFile.content(file.text, in: db)) }
        return (fileName, try DecisionDocument(self, gazetteer, t, on: day, in: db).filled(in: db))
    }

    /// Of `assessment_case k`: the cases that it decides. Before it is signed, those that are ready and not decided yet.
    var covers: SQL {
        signedOn != nil
            ? "k.decision_id = \(id)"
            : "(k.state = 'checked' OR (k.state = 'excluded' AND k.decision_id IS NULL))"
    }
}

extension String {
    /// Without these characters at its end.
    fileprivate func trimmed(of marks: String) -> String {
        var text = self[...]
        while let last = text.last, marks.contains(last) { text.removeLast() }
        return String(text)
    }
}
