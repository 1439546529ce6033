package import Documents
package import Kernel

extension ImportForm {
    /// The columns of an empty workbook of this form: headings as the import knows them, what is expected as comments,
    /// choices as lists.
    package static func template(_ t: Texts) -> [WorkbookColumn] {
        columns.map { column in
            let key = "\(name).\(column.name)"
            var note = t.has("\(key).hint") ? t["\(key).hint"] : nil
            if column.isRequired { note = [t["template.required"], note].compactMap(\.self).joined(separator: "\n") }
            switch column.kind {
            case .choice(let choice, let values):
                return WorkbookColumn(t[key], note: note, choices: values.map { t["\(choice).\($0)"] })
            case .flag: return WorkbookColumn(t[key], note: note, choices: [t["value.yes"], t["value.no"]])
            case .money:
                return WorkbookColumn("\(t[key]) (\(t["unit.million"]))", .decimal(places: 3), width: 18, note: note)
            case .area: return WorkbookColumn("\(t[key]) (ha)", .decimal(places: 4), note: note)
            case .hundredths: return WorkbookColumn(t[key], .decimal(places: 2), note: note)
            case .integer: return WorkbookColumn(t[key], .integer, note: note)
            case .day: return WorkbookColumn(t[key], .day, note: note ?? t["template.day"])
            case .partialDay: return WorkbookColumn(t[key], note: note ?? t["template.partial-day"])
            case .text, .code, .year, .instant, .reference: return WorkbookColumn(t[key], note: note)
            }
        }
    }
}
