package import Kernel

/// A remark on a cell of an officer's workbook, or on a whole row of it.
package struct WorkbookMark: Equatable, Sendable {
    /// Index in `Workbook.sheets`.
    package var sheet: Int
    /// Row and column count from 1. Without a column the remark is on the row.
    package var row: Int
    package var column: Int?
    package var severity: Diagnostic.Severity
    package var message: String

    package init(sheet: Int, row: Int, column: Int? = nil, severity: Diagnostic.Severity, message: String) {
        (self.sheet, self.row, self.column) = (sheet, row, column)
        (self.severity, self.message) = (severity, message)
    }
}

/// The column that says in each marked row what is wrong there.
package struct ReasonColumn: Sendable {
    package var title: String
    /// By index of the sheet, the row in which the titles of its columns stand. A sheet without one has the reasons
    /// without a title.
    package var headerRows: [Int: Int]

    package init(title: String, headerRows: [Int: Int]) { (self.title, self.headerRows) = (title, headerRows) }
}

/// Changes to the bytes of a part, each at its place in the original.
struct BytePatch {
    private var edits: [(range: Range<Int>, bytes: [UInt8])] = []

    mutating func replace(_ range: Range<Int>, _ text: String) { edits.append((range, Array(text.utf8))) }
    mutating func insert(_ text: String, at offset: Int) { replace(offset..<offset, text) }

    /// Edits of one place are applied in the order they were made.
    func applied(to bytes: [UInt8]) -> [UInt8] {
        let ordered = edits.enumerated().sorted {
            ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
        }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.bytes.count })
        var position = 0
        for (_, edit) in ordered where edit.range.lowerBound >= position {
            result.append(contentsOf: bytes[position..<edit.range.lowerBound])
            result.append(contentsOf: edit.bytes)
            position = edit.range.upperBound
        }
        result.append(contentsOf: bytes[position...])
        return result
    }
}

extension String {
    /// As text or attribute of a part.
    var asXML: String {
        var result = ""
        for character in EscapedText.escaped(self).unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
