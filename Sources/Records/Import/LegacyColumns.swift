import Documents
import Kernel

/// A column typed in an encoding before Unicode. Many cells together leave no doubt which one it is, so the whole column
/// is converted; a lone cell among Unicode ones is refused with the text it probably means (`CellReading`).
struct LegacyColumn {
    let encoding: LegacyText.Encoding
    /// The converted texts by their row's place in the body.
    let texts: [Int: String]

    /// `nil`: the column is Unicode, or too little speaks for anything else.
    init?(_ column: Int, of body: [SheetRow]) {
        var rows: [Int] = []
        var texts: [String] = []
        var unicode = 0
        for (index, row) in body.enumerated() {
            guard case .text(let own) = row[column: column].value else { continue }
            let text = CleanText(own).text
            switch Letters(text) {
            case .plain: continue
            case .unicode: unicode += 1
            case .western:
                rows.append(index)
                texts.append(text)
            }
        }
        guard texts.count > unicode, texts.count > 1,
            let guess = LegacyText.guess(texts.joined(separator: "\n"))
        else { return nil }
        let converted = guess.converted.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard converted.count == texts.count else { return nil }
        let changed = texts.indices.filter { texts[$0] != converted[$0] }
        // `Tân Bình` beside one cell of TCVN3 is Unicode, although every letter of it stands in TCVN3 too. A text that
        // says itself again is as certain as a column of its kind.
        let certain = changed.count { LegacyText.guess("\(texts[$0])\n\(texts[$0])")?.encoding == guess.encoding }
        guard certain > 1, certain * 2 > changed.count + unicode else { return nil }
        encoding = guess.encoding
        self.texts = Dictionary(uniqueKeysWithValues: zip(rows, converted))
    }

    private enum Letters {
        /// Nothing that tells one encoding from another.
        case plain
        /// Letters that only Unicode has.
        case unicode
        /// Accents of western letters, with which the old encodings write.
        case western

        init(_ text: String) {
            var letters = Letters.plain
            for scalar in text.unicodeScalars where scalar.value > 127 {
                if scalar.value > 255, scalar.properties.isAlphabetic || (0x300...0x36F).contains(scalar.value) {
                    self = .unicode
                    return
                }
                if (0xA1...0xFF).contains(scalar.value) { letters = .western }
            }
            self = letters
        }
    }
}

extension SheetReader {
    /// Converts the columns of old encodings, with one warning each at the column's heading.
    func convertLegacyColumns(of body: inout [SheetRow], _ header: TableHeader, _ outline: SheetOutline) -> [Diagnostic]
    {
        var findings: [Diagnostic] = []
        for column in header.columns {
            guard let target = column.target, let legacy = LegacyColumn(column.number, of: body) else { continue }
            for (row, text) in legacy.texts { body[row].cells[column.number - 1].value = .text(text) }
            findings.append(
                Diagnostic(
                    .warning, "cell.converted-encoding",
                    at: Place(sheet: outline.name, row: header.firstRow, column: column.number),
                    ["field": "@\(Form.name).\(target)", "encoding": legacy.encoding.rawValue.uppercased()]))
        }
        return findings
    }
}
