import Kernel
import Records
import Web

/// Two instruments beside each other: how many stand where under each, and who differs.
struct TrialDifferences: Sendable {
    let comparison: TrialComparison
    let returns: TrialReturns
    let instruments: (InstrumentDocument.ID, InstrumentDocument.ID)

    private static let most = 200

    private var codes: (String, String) { (comparison.first.instrument.code, comparison.second.instrument.code) }

    func html(_ t: Texts) -> HTML { "<section class=\"sheet\">\(cross(t))</section>\(list(t))" }

    private func words(_ place: TrialComparison.Place, _ trial: Trial, _ t: Texts) -> String {
        switch place {
        case .grade(let grade): t[grade.textKey]
        case .ten(let ten): trial.words(ofTen: ten, t)
        case .undetermined: t["scoring.undetermined-item"]
        case .excluded: t["instrument.exclusions"]
        }
    }

    /// The first downward, the second across. Lines and columns add up to all returns.
    private func cross(_ t: Texts) -> HTML {
        let columns = comparison.columns
        let labels = columns.map { "\(codes.1): \(words($0, comparison.second, t))" } + [t["pages.total"]]
        func cells(_ counts: [Int]) -> HTML {
            """
            \(zip(labels, counts + [counts.reduce(0, +)]), {
                "<td class=\"number\" data-label=\"\($0.0)\">\(NumberText.grouped($0.1, t.language))</td>"
            })
            """
        }
        func line(_ row: TrialComparison.Place) -> HTML {
            """
            <tr><td>\(codes.0): \(words(row, comparison.first, t))</td>\
            \(cells(columns.map { comparison.count(row, $0) }))</tr>
            """
        }
        return table(
            t[comparison.isOfGrades ? "trial.cross-grades" : "trial.cross-points"],
            head: "<td></td>\(labels, { columnHead($0, isNumber: true) })",
            rows: "\(comparison.rows, line)",
            foot: """
                <td>\(t["pages.total"])</td>\(cells(columns.map { column in
                    comparison.rows.reduce(0) { $0 + comparison.count($1, column) }
                }))
                """)
    }

    private func list(_ t: Texts) -> HTML {
        let all = comparison.differences
        let open = all.count { !$0.isCertain }
        let counts = [
            "share": NumberText.share(Int64(all.count), of: Int64(returns.members.count), t.language),
            "open": NumberText.share(Int64(open), of: Int64(all.count), t.language),
        ]
        let head: HTML = """
            \(columnHead(t["cooperative.name"]))\(columnHead(codes.0, isNumber: true))\
            \(columnHead(codes.1, isNumber: true))\(columnHead(t["trial.distance"], isNumber: true))
            """
        let rest = all.count - Self.most
        return """
            <section class="sheet"><h2>\(t["trial.differ"])</h2><p>\(t("trial.differing", counts))</p>\
            \(all.isEmpty ? nil : table(nil, head: head, rows: "\(all.prefix(Self.most), { line($0, t) })"))\
            \(rest > 0 ? "<p>\(t("trial.rest", ["count": NumberText.grouped(rest, t.language)]))</p>" : nil as HTML?)</section>
            """
    }

    private func line(_ difference: TrialComparison.Difference, _ t: Texts) -> HTML {
        let member = returns.members[difference.member]
        func total(_ result: Trial.Result, _ trial: Trial, _ instrument: InstrumentDocument.ID) -> HTML {
            let words =
                if let rule = result.exclusion {
                    t[trial.exclusions[rule].rule.reason.textKey]
                } else {
                    points(result, trial, t)
                }
            return """
                <td class="number" data-label="\(trial.instrument.code)">\
                <a href="/returns/\(member.record)/scores/\(instrument)">\(words)</a></td>
                """
        }
        let distance = difference.distance.map { ($0 > .zero ? "+" : "") + $0.shown(t) } ?? "–"
        return """
            <tr><td>\(member.name)</td>\(total(difference.first, comparison.first, instruments.0))\
            \(total(difference.second, comparison.second, instruments.1))\
            <td class="number" data-label="\(t["trial.distance"])">\(distance)</td></tr>
            """
    }

    /// `45/60`, `45/60 (chưa đủ)`, `72,5/100 · Khá`
    private func points(_ result: Trial.Result, _ trial: Trial, _ t: Texts) -> String {
        let points = result.known.shown(t) + (trial.maximum.map { "/\($0.shown(t))" } ?? "")
        if let grade = result.grade { return "\(points) · \(t[grade.textKey])" }
        return result.isComputed ? points : t("assessment_case.so-far", ["points": points])
    }
}
