package import Kernel

/// A labelled field of a form with its hint and, after a refusal, what was wrong with it.
package struct FormField: Sendable {
    package enum Widget: Sendable {
        case line(type: String, autocomplete: String?, mode: String?)
        case area(rows: Int)
        case choice([Option], none: String?)
        /// Words that name a record; `source` suggests some while one types.
        case picker(source: String)
        case check
    }

    package var name: String
    package var label: String
    package var widget: Widget
    package var value: String
    package var hint: String?
    package var problem: String?
    package var isRequired: Bool
    /// What else belongs to the field.
    package var more: HTML?

    package init(
        _ name: String, _ label: String, _ widget: Widget = .line(type: "text", autocomplete: nil, mode: nil),
        value: String? = nil, hint: String? = nil, problem: String? = nil, isRequired: Bool = false
    ) {
        self.name = name
        self.label = label
        self.widget = widget
        self.value = value ?? ""
        self.hint = hint
        self.problem = problem
        self.isRequired = isRequired
    }

    package func html(_ t: Texts) -> HTML {
        let described = [hint == nil ? nil : "\(name)-hint", problem == nil ? nil : "\(name)-problem"].compactMap(
            \.self)
        let description = described.isEmpty ? nil : described.joined(separator: " ")
        let marks: HTML = """
            id="\(name)" name="\(name)"\(attribute: "required", if: isRequired)\
            \(attribute: "aria-describedby", description)\(attribute: "aria-invalid", problem == nil ? nil : "true")
            """
        let notes: HTML = """
            \(hint.map { "<p class=\"hint\" id=\"\(name)-hint\">\($0)</p>" } as HTML?)\
            \(problem.map { "<p class=\"problem\" id=\"\(name)-problem\">\($0)</p>" } as HTML?)\(more)
            """
        let title: HTML = """
            \(label)\(isRequired || isCheck ? nil : " <span class=\"optional\">(\(t["form.optional"]))</span>" as HTML?)
            """
        guard !isCheck else {
            return """
                <div class="field\(problem == nil ? "" : " wrong")"><label class="tick"><input type="checkbox" \(marks) \
                value="1"\(attribute: "checked", if: value == "1")>\(title)</label>\(notes)</div>
                """
        }
        return """
            <div class="field\(problem == nil ? "" : " wrong")"><label for="\(name)">\(title)</label>\
            \(control(marks))\(notes)</div>
            """
    }

    private var isCheck: Bool { if case .check = widget { true } else { false } }

    private func control(_ marks: HTML) -> HTML {
        switch widget {
        case .line(let type, let autocomplete, let mode):
            return """
                <input type="\(type)" \(marks) value="\(value)"\(attribute: "autocomplete", autocomplete)\
                \(attribute: "inputmode", mode)>
                """
        case .picker(let source):
            return """
                <input type="text" \(marks) value="\(value)" autocomplete="off" data-suggest="\(source)">
                """
        case .area(let rows): return "<textarea \(marks) rows=\"\(rows)\">\n\(value)</textarea>"
        case .choice(let options, let none):
            func line(_ option: Option) -> HTML {
                """
                <option value="\(option.value)"\(attribute: "selected", if: option.value == value)>\(option.label)</option>
                """
            }
            let blank: HTML? = none.map { "<option value=\"\">\($0)</option>" }
            return "<select \(marks)>\(blank)\(options, line)</select>"
        case .check: return .empty
        }
    }
}

/// A form that changes something. `submit`: the words on its button.
package func postForm(
    _ path: String, _ fields: [FormField], submit: String, problem: String? = nil, more: HTML? = nil, _ t: Texts
) -> HTML {
    """
    <form class="sheet form" method="post" action="\(path)" novalidate>\
    \(problem.map { notice(.bad, "\($0)") } as HTML?)\(fields, { $0.html(t) })\(more)\
    <p class="actions"><button>\(submit)</button></p></form>
    """
}

package func hiddenField(_ name: String, _ value: String) -> HTML {
    """
    <input type="hidden" name="\(name)" value="\(value)">
    """
}

/// A button that does one thing at once.
package func postButton(_ path: String, _ label: String, carrying fields: [(String, String)] = []) -> HTML {
    """
    <form class="single" method="post" action="\(path)">\(fields, { hiddenField($0.0, $0.1) })\
    <button class="plain">\(label)</button></form>
    """
}
