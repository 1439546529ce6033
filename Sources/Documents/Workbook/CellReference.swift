import Kernel

/// Where a cell stands: `B7` is row 7, column 2.
struct CellReference: Equatable {
    var row: Int
    var column: Int

    init(row: Int, column: Int) { (self.row, self.column) = (row, column) }

    /// Nil for anything but one to three capital letters and up to seven digits.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var (row, column, index) = (0, 0, 0)
        while index < min(bytes.count, 4), bytes[index] &- 65 < 26 {
            column = column * 26 + Int(bytes[index] - 64)
            index += 1
        }
        let letters = index
        while index < bytes.count, bytes[index] &- 48 < 10, index - letters < 8 {
            row = row * 10 + Int(bytes[index] - 48)
            index += 1
        }
        guard (1...3).contains(letters), index > letters, index == bytes.count, row >= 1 else { return nil }
        self.init(row: row, column: column)
    }

    init?(_ text: some StringProtocol) {
        guard let place = Array(text.utf8).withUnsafeBufferPointer({ CellReference($0) }) else { return nil }
        self = place
    }

    var text: String { Place.letters(column) + String(row) }

    /// `A1:C3`, or one cell; nil when it is neither or lies outside of any sheet.
    static func range(_ text: String) -> MergedRange? {
        let corners = text.split(separator: ":", omittingEmptySubsequences: false).map { CellReference($0) }
        guard corners.count <= 2, let first = corners.first ?? nil, let last = corners.last ?? nil,
            first.row <= last.row, first.column <= last.column, last.row <= WorkbookLimits.lastRow,
            last.column <= WorkbookLimits.lastColumn
        else { return nil }
        return MergedRange(rows: first.row...last.row, columns: first.column...last.column)
    }
}

/// A formula that other cells share: each of them reads it as if it were copied there.
struct SharedFormula {
    var text: String
    /// Where `text` is written for.
    var row: Int
    var column: Int

    /// The formula as it stands in another cell: references without `$` are moved.
    func text(row: Int, column: Int) -> String {
        let (down, right) = (row - self.row, column - self.column)
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 34 || byte == 39 {
                // Text in double quotes, a sheet's name in single ones.
                let end = bytes[(index + 1)...].firstIndex(of: byte) ?? bytes.count - 1
                result.append(contentsOf: bytes[index...end])
                index = end + 1
            } else if Self.isWord(byte) {
                let end = bytes[index...].firstIndex { !Self.isWord($0) } ?? bytes.count
                let word = bytes[index..<end]
                let isCall = end < bytes.count && (bytes[end] == 40 || bytes[end] == 33)
                result.append(contentsOf: isCall ? Array(word) : Self.moved(word, down: down, right: right))
                index = end
            } else {
                result.append(byte)
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || byte &- 65 < 26 || byte &- 97 < 26 || byte == 36 || byte == 95 || byte == 46 || byte >= 128
    }

    private static func moved(_ word: ArraySlice<UInt8>, down: Int, right: Int) -> [UInt8] {
        let text = String(decoding: word, as: UTF8.self)
        guard let place = CellReference(text.replacing("$", with: "")) else { return Array(word) }
        let fixesColumn = text.hasPrefix("$")
        let fixesRow = text.dropFirst().contains("$")
        let column = fixesColumn ? place.column : place.column + right
        let row = fixesRow ? place.row : place.row + down
        guard row >= 1, column >= 1 else { return Array("#REF!".utf8) }
        return Array(((fixesColumn ? "$" : "") + Place.letters(column) + (fixesRow ? "$" : "") + String(row)).utf8)
    }
}
