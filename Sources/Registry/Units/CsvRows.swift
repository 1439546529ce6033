/// The rows of a comma-separated text with the line on which each begins: quoted cells may hold commas, line ends and
/// doubled quotes.
func csvRows(_ text: String) -> [(line: Int, cells: [String])] {
    var rows: [(line: Int, cells: [String])] = []
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    var line = 1
    var firstLine = 1
    func endRow() {
        cells.append(cell)
        if cells != [""] { rows.append((firstLine, cells)) }
        cells = []
        cell = ""
    }
    var rest = (text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...])
    while let character = rest.popFirst() {
        if character.isNewline { line += 1 }
        switch character {
        case "\"" where isQuoted && rest.first == "\"":
            rest.removeFirst()
            cell.append("\"")
        case "\"" where isQuoted || cell.isEmpty: isQuoted.toggle()
        case _ where isQuoted: cell.append(character)
        case ",":
            cells.append(cell)
            cell = ""
        case _ where character.isNewline:
            endRow()
            firstLine = line
        default: cell.append(character)
        }
    }
    endRow()
    return rows
}
