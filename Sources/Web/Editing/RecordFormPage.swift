import Access
package import Kernel
import Records

/// What stands beside a field of a form for one record, such as the value of the year before.
package struct FieldNote: Sendable {
    let field: String
    let isDoubt: Bool
    let text: @Sendable (Texts) -> String

    /// `isDoubt`: the field should be looked at.
    package init(_ field: String, isDoubt: Bool = false, _ text: @escaping @Sendable (Texts) -> String) {
        self.field = field
        self.isDoubt = isDoubt
        self.text = text
    }
}

/// The form of one record: its fields with what is wrong beside each, and what somebody else stored meanwhile.
struct RecordFormPage<R: Record>: Page {
    private let forms: RecordForms<R>
    private let record: R
    private let form: EditedForm
    private let viewer: Viewer
    private let action: String
    private let findings: [Draft<R>.Finding]
    private let several: [String: [Option]]
    private let meanwhile: Meanwhile?
    private let beside: [FieldNote]

    init(
        _ forms: RecordForms<R>, _ record: R, _ form: EditedForm, _ viewer: Viewer, action: String,
        _ findings: [Draft<R>.Finding] = [], _ several: [String: [Option]] = [:], meanwhile: Meanwhile? = nil,
        beside: [FieldNote] = []
    ) {
        self.forms = forms
        self.record = record
        self.form = form
        self.viewer = viewer
        self.action = action
        self.findings = findings
        self.several = several
        self.meanwhile = meanwhile
        self.beside = beside
    }

    /// Whose browser keeps what is typed: nobody's where it may say something about a person.
    private var keeper: String? {
        R.description.fields.contains(where: \.isPersonal) ? nil : "\(viewer.account.id)"
    }
    private var isNew: Bool { record.version == 0 }
    private var type: String { R.description.name }
    private var cancel: String { isNew ? forms.owner == nil ? action : forms.page(record) : forms.page(record) }

    func title(_ t: Texts) -> String { t(isNew ? "form.new" : "form.edit", ["type": t.inSentence("type.\(type)")]) }

    func crumbs(_ t: Texts) -> [Crumb] {
        isNew && forms.owner == nil ? [Crumb(t["\(type).plural"], action)] : [Crumb(t["form.back"], cancel)]
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t)))\(summary(t))\(conflict(t))
        \(keeper == nil ? nil : keptOffer(t))\
        <form class="sheet form" method="post" action="\(action)" novalidate\(attribute: "data-kept", keeper)>\
        <div class="fields">\(forms.fields(viewer), { field($0, t) })</div>\
        \(FormField("reason", t["form.reason"], value: form.reason, hint: t["form.reason-hint"]).html(t))\
        \(hiddenField("version", "\(form.version)"))\
        \(hiddenField("once", isNew ? form.once ?? Secret.fresh().text : ""))\
        \(form.was.sorted { $0.key < $1.key }, { hiddenField("was.\($0.key)", $0.value) })\
        <p class="actions inline"><button>\(t["form.save"])</button>\(linkButton(t["form.cancel"], cancel))</p></form>
        """
    }

    private func summary(_ t: Texts) -> HTML? {
        guard !findings.isEmpty else { return nil }
        func line(_ finding: Draft<R>.Finding) -> HTML {
            let sentence = t(finding.code, finding.details)
            guard let name = finding.field else { return "<li>\(sentence)</li>" }
            return "<li><a href=\"#\(name)\">\(t["\(type).\(name)"])</a>: \(sentence)</li>"
        }
        return notice(
            .bad,
            """
            <b>\(t("form.not-saved", ["count": "\(findings.count)"]))</b><ul class="plain">\(findings, line)</ul>
            """)
    }

    private func conflict(_ t: Texts) -> HTML? {
        guard let meanwhile else { return nil }
        let who = meanwhile.by ?? t["form.somebody"]
        let when = meanwhile.at.map { DateText.short($0, t.language) } ?? ""
        return notice(
            .warn,
            """
            <b>\(t("form.meanwhile", ["name": who, "time": when]))</b> \
            \(t[meanwhile.disputed.isEmpty ? "form.meanwhile-apart" : "form.meanwhile-both"])
            """)
    }

    private func field(_ field: Field<R>, _ t: Texts) -> HTML {
        let finding = findings.first { $0.field == field.name }
        var shown = FormField(
            field.name, t[R.description.key(field)], widget(field, t), value: form.typed[field.name],
            hint: hint(field, t), problem: finding.map { t($0.code, $0.details) }, isRequired: field.isRequired)
        if field.kind == .flag { shown.isRequired = false }
        shown.more = "\(notes(field, t))\(keep(field, finding, t))\(choices(field, t))\(theirs(field, t))"
        return shown.html(t)
    }

    private func widget(_ field: Field<R>, _ t: Texts) -> FormField.Widget {
        if forms.picker(field) != nil { return .picker(source: "/pick/\(pickerName(field))") }
        if field.isParagraph { return .area(rows: 6) }
        switch field.kind {
        case .flag where field.isRequired: return .check
        // A box cannot say that nobody knows.
        case .flag:
            return .choice(
                [Option("1", t["value.yes"]), Option("0", t["value.no"])], none: t["value.unknown"])
        case .choice(let key, let values):
            return .choice(
                values.map { Option($0, t["\(key).\($0)"]) }, none: field.isRequired ? nil : t["value.unknown"])
        case .integer, .money, .year, .code: return .line(type: "text", autocomplete: "off", mode: "numeric")
        case .area, .hundredths: return .line(type: "text", autocomplete: "off", mode: "decimal")
        case .text, .day, .partialDay, .instant, .reference:
            return .line(type: "text", autocomplete: "off", mode: nil)
        }
    }

    private func pickerName(_ field: Field<R>) -> String {
        if case .reference(let name) = field.kind { return name }
        return "\(type).\(field.name)"
    }

    private func hint(_ field: Field<R>, _ t: Texts) -> String? {
        if forms.picker(field) != nil { return t["form.picker-hint"] }
        return switch field.kind {
        case .money: t["form.money-hint"]
        case .area: t["form.area-hint"]
        case .day: t["field.day-hint"]
        case .partialDay: t["form.partial-day-hint"]
        default:
            // What the texts say of this very field: `unit_decree.lines-hint`.
            t.has("\(R.description.key(field))-hint") ? t["\(R.description.key(field))-hint"] : nil
        }
    }

    private func notes(_ field: Field<R>, _ t: Texts) -> HTML {
        func line(_ note: FieldNote) -> HTML {
            "<p class=\"\(note.isDoubt ? "problem" : "hint")\">\(note.text(t))</p>"
        }
        return "\(beside.filter { $0.field == field.name }, line)"
    }

    /// A doubtful value may be meant so.
    private func keep(_ field: Field<R>, _ finding: Draft<R>.Finding?, _ t: Texts) -> HTML? {
        guard finding?.mayBeKept == true || form.kept.contains(field.name) else { return nil }
        return """
            <p><label class="tick"><input type="checkbox" name="keep" value="\(field.name)"\
            \(attribute: "checked", if: form.kept.contains(field.name))>\(t["form.keep"])</label></p>
            """
    }

    /// Records that the typed words may mean.
    private func choices(_ field: Field<R>, _ t: Texts) -> HTML? {
        guard let options = several[field.name] else { return nil }
        func line(_ option: Option) -> HTML {
            """
            <label class="tick"><input type="radio" name="pick.\(field.name)" value="\(option.value)">\(option.label)</label><br>
            """
        }
        return """
            <fieldset><legend>\(t["form.which"])</legend>\(options, line)</fieldset>
            """
    }

    /// What somebody else stored in this field since the form was opened.
    private func theirs(_ field: Field<R>, _ t: Texts) -> HTML? {
        func value(_ text: String) -> String {
            guard case .choice(let key, _) = field.kind, !text.isEmpty else { return text.isEmpty ? "–" : text }
            return t["\(key).\(text)"]
        }
        if let theirs = meanwhile?.disputed[field.name] {
            return "<p class=\"problem\">\(t["form.theirs"]): <b>\(value(theirs))</b></p>"
        }
        guard let taken = meanwhile?.taken[field.name] else { return nil }
        return "<p class=\"hint\">\(t["form.taken"]): <b>\(value(taken))</b></p>"
    }
}

/// Asks for the day on which a record ends and why. Nothing is deleted: its history and past figures keep it.
struct RecordEndPage<R: Record>: Page {
    let record: R
    let address: String
    let action: String
    var day = ""
    var reason = ""
    var findings: [Draft<R>.Finding] = []

    private var type: String { R.description.name }

    func title(_ t: Texts) -> String { t("form.end", ["type": t.inSentence("type.\(type)")]) }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["form.back"], address)] }

    func body(_ t: Texts) -> HTML {
        func problem(_ isReason: Bool) -> String? {
            findings.first { ($0.field == "reason") == isReason }.map { t($0.code, $0.details) }
        }
        return """
            \(heading(title(t), note: "\(t["form.end-note"])"))
            \(postForm(
                action,
                [
                    FormField(
                        "day", t["form.end-day"], .line(type: "text", autocomplete: "off", mode: nil), value: day,
                        hint: t["field.day-hint"], problem: problem(false), isRequired: true),
                    FormField("reason", t["form.reason"], value: reason, problem: problem(true), isRequired: true),
                ], submit: t["form.end-submit"], t))
            """
    }
}
