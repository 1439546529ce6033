/// What a workbook may hold before reading it stops. More is a failure, not a shorter result.
package struct WorkbookLimits: Sendable {
    package var archive = ZipLimits.standard
    /// The last row and column that may have content. Formatting beyond them is passed over, for officers often
    /// format whole columns.
    package var rows = 200_000
    package var columns = 1_000
    /// Excel's own limit for one cell, in UTF-16 units.
    package var cellCharacters = 32_767
    package var sheets = 255
    package var mergedRanges = 100_000
    /// Expanded bytes of the table of shared strings, which is the one part kept in memory.
    package var sharedText = 200_000_000

    /// The size of the file itself.
    package var fileBytes: Int { archive.archive }

    package init() {}
    package static let standard = WorkbookLimits()

    /// Excel's last column, XFD. No cell can stand beyond it.
    static let lastColumn = 16_384
    static let lastRow = 1_048_576
}
