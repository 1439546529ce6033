import Kernel
import Persistence
import Records

/// What an import says to the person who ran it.
struct ImportReport {
    let result: ImportResult
    let t: Texts

    init(_ result: ImportResult, _ t: Texts) {
        self.result = result
        self.t = t
    }

    func print(isApplied: Bool, allRows: Bool) {
        var lines = [
            t("import.read", ["file": result.file, "date": DateText.short(PartialDay(result.asOf), t.language)])
        ]
        // What concerns a whole column is always said: nothing is dropped in silence.
        for finding in result.findings { lines.append("  " + said(finding)) }
        for finding in result.rows.flatMap(\.findings) where finding.severity > .note || allRows {
            lines.append("  " + said(finding))
        }
        if allRows {
            for row in result.rows {
                lines.append("  \(row.sheet)!\(row.row): \(t["fate.\(row.fate.rawValue)"]) \(row.title)")
            }
        }
        let counts = RowFate.allCases.map { "\(t["fate.\($0.rawValue)"]) \(result.count($0))" }
        lines.append("\(t["type.\(result.type)"]): " + counts.joined(separator: ", "))
        if result.count(.asked) > 0 { lines.append(t["import.how-to-answer"]) }
        if result.wasAppliedBefore { lines.append(t["import.nothing-new"]) }
        if !isApplied { lines.append(t["import.only-previewed"]) }
        Swift.print(lines.joined(separator: "\n"))
    }

    private func said(_ finding: Diagnostic) -> String {
        let place = [finding.place.sheet, finding.place.cell.isEmpty ? nil : finding.place.cell].compactMap(\.self)
        return "\(place.joined(separator: "!")): \(t["severity.\(finding.severity.rawValue)"]): "
            + "\(t(finding.code, finding.details)) [\(finding.code)]"
    }

    func json(isApplied: Bool) -> String {
        var object = JSONText()
        object.add("type", .text(result.type))
        object.add("file", .text(result.file))
        object.add("sha256", .text(result.sha256))
        object.add("as_of", .text(result.asOf.description))
        object.add("applied", raw: isApplied ? "true" : "false")
        for fate in RowFate.allCases { object.add(fate.rawValue, .integer(Int64(result.count(fate)))) }
        object.add("findings", raw: array(result.diagnostics.map(json)))
        object.add(
            "rows",
            raw: array(
                result.rows.map { row in
                    var object = JSONText()
                    object.add("sheet", .text(row.sheet))
                    object.add("row", .integer(Int64(row.row)))
                    object.add("title", .text(row.title))
                    object.add("fate", .text(row.fate.rawValue))
                    object.add("record", row.subject.map(SQLValue.integer) ?? .null)
                    object.add("codes", raw: array(row.findings.map { JSONText.quoted($0.code) }))
                    return object.object
                }))
        return object.object
    }

    private func json(_ finding: Diagnostic) -> String {
        var object = JSONText()
        object.add("severity", .text(finding.severity.rawValue))
        object.add("code", .text(finding.code))
        object.add("sheet", finding.place.sheet.map(SQLValue.text) ?? .null)
        object.add("cell", .text(finding.place.cell))
        object.add("row", finding.place.row.map { .integer(Int64($0)) } ?? .null)
        object.add("column", finding.place.columnLetters.map(SQLValue.text) ?? .null)
        object.add("message", .text(t(finding.code, finding.details)))
        return object.object
    }

    private func array(_ items: [String]) -> String { "[" + items.joined(separator: ",\n") + "]" }
}
