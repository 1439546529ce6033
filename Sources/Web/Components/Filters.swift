package import Kernel

/// A form that narrows a list and puts the question into the address. `carried`: hidden fields that it keeps.
package func filterForm(_ path: String, _ fields: [HTML], carried: HTML? = nil, _ t: Texts) -> HTML {
    """
    <form class="sheet filters no-print" action="\(path)" method="get"><div class="inline">\
    \(fields.joined())<button class="plain">\(t["list.filter"])</button>\(carried)</div></form>
    """
}

package func searchField(_ name: String, _ label: String, _ value: String?) -> HTML {
    """
    <label>\(label)<input type="search" name="\(name)" size="16" value="\(value ?? "")"></label>
    """
}

/// A choice of a field: what the address says and what people read.
package struct Option: Sendable {
    package var value: String
    package var label: String

    package init(_ value: String, _ label: String) {
        self.value = value
        self.label = label
    }
}

/// `all`: the words for no choice.
package func selectField(_ name: String, _ label: String, _ options: [Option], selected: String?, all: String) -> HTML {
    func line(_ option: Option) -> HTML {
        """
        <option value="\(option.value)"\(attribute: "selected", if: option.value == selected)>\(option.label)</option>
        """
    }
    return """
        <label>\(label)<select name="\(name)"><option value="">\(all)</option>\(options, line)</select></label>
        """
}

package func yearField(_ name: String, _ label: String, _ value: String?) -> HTML {
    """
    <label>\(label)<input name="\(name)" value="\(value ?? "")" inputmode="numeric" size="4" maxlength="4" \
    autocomplete="off"></label>
    """
}

/// A day as people write it here, `30/06/2024`. A text field, since a browser's own day field follows the language of
/// the browser and shows the month first on many an office computer.
package func dayField(_ name: String, _ label: String, _ value: String, _ t: Texts) -> HTML {
    """
    <label>\(label)<input name="\(name)" value="\(value)" inputmode="numeric" size="10" maxlength="10" \
    placeholder="\(t["field.day-hint"])" autocomplete="off"></label>
    """
}
