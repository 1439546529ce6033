import Foundation
import Kernel

/// An `.xlsx` workbook that is opened and checked; its rows are read from the file when asked for, one at a time.
///
/// Its table of shared strings and its styles are in memory, its sheets never. Failures are of kind `invalid` with
/// codes `workbook.*`, or `archive.*` where the zip archive itself is at fault.
package struct Workbook: Sendable {
    /// Names in the order of the tabs, and which are hidden. Merged ranges and hidden columns stand in the sheets
    /// themselves: see `outline(of:)`.
    package let sheets: [SheetOutline]
    let origin: ZipOrigin
    let limits: WorkbookLimits
    let parts: [String]
    let styles: CellStyles
    let strings: SharedStrings
    /// Whether serial number 0 is 1904-01-01, as in files of old Macs, instead of the day before 1900-01-01.
    let countsFrom1904: Bool

    package static func open(_ path: String, limits: WorkbookLimits = .standard) throws -> Workbook {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Failure(.missing, "workbook.no-file", ["path": path])
        }
        defer { try? file.close() }
        guard let size = try? file.seekToEnd(), size <= limits.archive.archive else { throw limits.tooBig }
        try file.seek(toOffset: 0)
        let head = [UInt8](try file.read(upToCount: 4096) ?? Data())
        if FileKind(of: head) != .zip {
            throw FileKind(of: head + [UInt8](try file.readToEnd() ?? Data())).refusal
        }
        return try Workbook(.path(path), limits)
    }

    package static func open(bytes: [UInt8], limits: WorkbookLimits = .standard) throws -> Workbook {
        guard bytes.count <= limits.archive.archive else { throw limits.tooBig }
        let kind = FileKind(of: bytes)
        guard kind == .zip else { throw kind.refusal }
        return try Workbook(.bytes(bytes), limits)
    }

    private init(_ origin: ZipOrigin, _ limits: WorkbookLimits) throws {
        let zip = try ZipReader(origin, limits: limits.archive)
        let main = try WorkbookPart(in: zip, limits: limits)
        sheets = main.sheets.map { SheetOutline(name: $0.name, isHidden: $0.isHidden) }
        parts = main.sheets.map(\.part)
        countsFrom1904 = main.countsFrom1904
        styles = try main.stylesPart.map { try CellStyles(XMLStream(zip.stream(of: $0))) } ?? CellStyles()
        strings =
            try main.stringsPart.map { try SharedStrings(zip.stream(of: $0), limits: limits) } ?? SharedStrings()
        self.origin = origin
        self.limits = limits
    }

    /// A sheet's name, merged ranges and hidden columns. Its rows are passed over, so this is much quicker than `read`.
    package func outline(of sheet: Int) throws -> SheetOutline {
        var reader = try reader(of: sheet)
        return try reader.readOutline()
    }

    /// Gives each row with content to `row`, from the top, and answers the sheet's outline, which is complete only
    /// after the last row. Rows without content are left out: look at `SheetRow.number`. An error that `row` throws
    /// ends the reading and is passed on.
    @discardableResult
    package func read(sheet: Int, _ row: (SheetRow) throws -> Void) throws -> SheetOutline {
        var reader = try reader(of: sheet)
        return try reader.read(row)
    }

    private func reader(of sheet: Int) throws -> SheetReader {
        guard parts.indices.contains(sheet) else {
            throw Failure(.missing, "workbook.no-sheet", ["sheet": "\(sheet + 1)"])
        }
        let zip = try ZipReader(origin, limits: limits.archive)
        return try SheetReader(self, sheet: sheet, XMLStream(zip.stream(of: parts[sheet])))
    }

    /// All rows with content of a small sheet.
    package func rows(sheet: Int) throws -> [SheetRow] {
        var rows: [SheetRow] = []
        try read(sheet: sheet) { rows.append($0) }
        return rows
    }
}

extension WorkbookLimits {
    var tooBig: Failure { Failure(.invalid, "workbook.too-big", ["limit": "\(archive.archive / 1_000_000)"]) }
}

/// What a file is by its first bytes.
enum FileKind: Equatable {
    case zip
    /// Compound file of old Office. A new workbook with a password is one as well, with a stream `EncryptedPackage`.
    case oldOffice, encryptedOffice
    case empty
    case other(String)

    init(of bytes: [UInt8]) {
        func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
        if bytes.isEmpty {
            self = .empty
        } else if bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6]) {
            self = .zip
        } else if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            let name = Data("EncryptedPackage".utf16.flatMap { [UInt8($0), 0] })
            self = Data(bytes).range(of: name) == nil ? .oldOffice : .encryptedOffice
        } else if begins("%PDF") {
            self = .other("PDF")
        } else if begins("{\\rtf") {
            self = .other("RTF")
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) || bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .other("PNG, JPEG")
        } else if begins("<!DOCTYPE html") || begins("<html") {
            self = .other("HTML")
        } else if begins("<?xml") {
            self = .other("XML")
        } else if !bytes.prefix(4096).contains(0) {
            self = .other("CSV, TXT")
        } else {
            self = .other("?")
        }
    }

    var refusal: Failure {
        switch self {
        case .zip, .other: Failure(.invalid, "workbook.not-a-workbook", ["format": format])
        case .oldOffice: Failure(.invalid, "workbook.old-format")
        case .encryptedOffice: Failure(.invalid, "workbook.password")
        case .empty: Failure(.invalid, "workbook.empty-file")
        }
    }

    private var format: String { if case .other(let format) = self { format } else { "ZIP" } }
}
