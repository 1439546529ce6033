import Kernel
import Records
import Web

/// One instrument of a trial: who is scored, what each item comes to, and the grades or the points.
struct TrialSection: Sendable {
    let trial: Trial
    let returns: TrialReturns

    func html(_ t: Texts) -> HTML {
        """
        <section class="sheet"><h2>\(trial.instrument.code)</h2>\(notices(t))\(summary(t))\(items(t))\
        \(trial.grades ? grades(t) : nil)\(trial.hasComputedItems && trial.scored > 0 ? tens(t) : nil)</section>
        """
    }

    /// Why there are no grades.
    private func notices(_ t: Texts) -> HTML? {
        let answered = trial.answered.map(\.id).joined(separator: ", ")
        return """
            \(trial.refusal.map { notice(.warn, "\(t($0.code, $0.details))") } as HTML?)\
            \(trial.instrument.gaps.isEmpty ? nil : gapNotice(trial.instrument, t))\
            \(answered.isEmpty ? nil : notice(.plain, "\(t("trial.by-person", ["ids": answered]))"))
            """
    }

    private func share(_ part: Int, of whole: Int, _ t: Texts) -> String {
        NumberText.share(Int64(part), of: Int64(whole), t.language)
    }

    /// A line of a table of counts.
    private func line(_ name: HTML, _ count: String, _ t: Texts) -> HTML {
        "<tr><td>\(name)</td><td class=\"number\" data-label=\"\(t["trial.count"])\">\(count)</td></tr>"
    }

    private func summary(_ t: Texts) -> HTML {
        let (all, scored) = (returns.members.count, trial.scored)
        func line(_ key: String, _ count: Int, of whole: Int) -> HTML {
            self.line("\(t[key])", share(count, of: whole, t), t)
        }
        func excluded(_ rule: Trial.RuleCount) -> HTML {
            let open: HTML? =
                rule.open.count == 0
                ? nil
                : """
                <br><span class="small muted">\(t("trial.excluded-open", ["share": share(rule.open.count, of: all, t)])) \
                \(causes(rule.open, t).joined(separator: "; "))</span>
                """
            let name = t("trial.excluded", ["reason": "@\(rule.rule.reason.textKey)", "name": rule.rule.name])
            return self.line("\(name)\(open)", share(rule.count, of: all, t), t)
        }
        let whole = trial.count(\.isWhole)
        return table(
            t["trial.summary"],
            head: "<td></td>\(columnHead(t["trial.count"], isNumber: true))",
            rows: """
                \(self.line("\(t("trial.returns", ["year": "\(returns.year)"]))", NumberText.grouped(all, t.language), t))\
                \(line("trial.accepted", returns.accepted, of: all))\(trial.exclusions, excluded)\
                \(line("trial.scored", scored, of: all))\
                \(line("trial.computed", trial.count(\.isComputed), of: scored))\
                \(line("trial.whole", whole, of: scored))\(line("trial.open", scored - whole, of: scored))
                """)
    }

    private func items(_ t: Texts) -> HTML? {
        guard !trial.items.isEmpty else { return nil }
        let labels = [t["instrument.item"], t["trial.steps"], t["trial.undetermined"]]
        func row(_ count: Trial.ItemCount) -> HTML {
            let steps = zip(words(count.item, t), count.steps).map { "\($0): \(share($1, of: trial.scored, t))" }
            let open = count.open.count == 0 ? "–" : share(count.open.count, of: trial.scored, t)
            return """
                <tr><td>\(count.item.id) \(count.item.name)</td>\
                <td data-label="\(labels[1])">\(steps.isEmpty ? "–" : nil as HTML?)\(steps, { "<div>\($0)</div>" })</td>\
                <td data-label="\(labels[2])">\(open)\(reasons(count, t), { "<div class=\"small muted\">\($0)</div>" })</td></tr>
                """
        }
        return table(
            t["scoring.items"], head: "\(labels, { columnHead($0) })", rows: "\(trial.items, row)")
    }

    /// Of the steps that a trial tells apart.
    private func words(_ item: Instrument.Item, _ t: Texts) -> [String] {
        func points(_ points: Rational) -> String { t("scoring.total", ["points": points.shown(t)]) }
        return switch item.rule {
        case .bands(let formula, let bands): bands.map { "\($0.words(formula.type, t)) (\(points($0.points)))" }
        case .condition(_, let yes, let no): ["\(t["value.yes"]) (\(points(yes)))", "\(t["value.no"]) (\(points(no)))"]
        case .share: [points(.zero), t["trial.part"], item.maximum.map(points) ?? t["value.unknown"]]
        case .choice, .byPerson, nil: []
        }
    }

    private func reasons(_ count: Trial.ItemCount, _ t: Texts) -> [String] {
        switch count.item.rule {
        case nil: [t("instrument.steps-unknown", ["id": count.item.id])]
        case .choice, .byPerson: [t["instrument.by-person"]]
        case .bands, .condition, .share: causes(count.open, t)
        }
    }

    /// The most frequent first.
    private func causes(_ open: Trial.Open, _ t: Texts) -> [String] {
        func words(_ cause: Trial.Cause) -> String {
            switch cause {
            case .figure(let input): t("trial.without", ["figure": input.label(t)])
            case .fault(let fault): t[fault.rawValue]
            case .noStep: t["trial.no-step"]
            case .unsaid: t["trial.unsaid"]
            }
        }
        return open.causes.map { (words($0.key), $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            .map { "\($0): \(NumberText.grouped($1, t.language))" }
    }

    private func grades(_ t: Texts) -> HTML {
        let scored = trial.scored
        func grade(_ grade: Grade) -> HTML {
            line("\(t[grade.textKey])", share(trial.count { $0.grade == grade }, of: scored, t), t)
        }
        return table(
            t["instrument.grades"],
            head: "\(columnHead(t["outcome.grade"]))\(columnHead(t["trial.count"], isNumber: true))",
            rows: """
                \(Grade.allCases, grade)\
                \(line("\(t["scoring.undetermined-item"])", share(trial.count { $0.grade == nil }, of: scored, t), t))
                """)
    }

    /// Known points. Whoever lacks some of them has at least so many, and stands in a column apart.
    private func tens(_ t: Texts) -> HTML {
        let labels = [t["trial.computed"], t["trial.at-least"]]
        func row(_ ten: (ten: Int, computed: Int, part: Int)) -> HTML {
            """
            <tr><td>\(trial.words(ofTen: ten.ten, t))</td>\
            <td class="number" data-label="\(labels[0])">\(share(ten.computed, of: trial.scored, t))</td>\
            <td class="number" data-label="\(labels[1])">\(share(ten.part, of: trial.scored, t))</td></tr>
            """
        }
        return table(
            t("trial.known", ["maximum": trial.maximum?.shown(t) ?? "@value.unknown"]),
            head: "\(columnHead(t["scoring.points"]))\(labels, { columnHead($0, isNumber: true) })",
            rows: "\(trial.tens, row)")
    }
}

extension Trial {
    /// `từ 10 dưới 20`; the last ten goes as far as the maximum.
    func words(ofTen ten: Int, _ t: Texts) -> String {
        let to = Rational(Int64(ten + 1) * 10)
        if let maximum, maximum <= to {
            return t("trial.ten-last", ["from": "\(ten * 10)", "to": maximum.shown(t)])
        }
        return t("trial.ten", ["from": "\(ten * 10)", "to": to.shown(t)])
    }
}
