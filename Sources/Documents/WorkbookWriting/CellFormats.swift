import CXlsxWriter

/// The few looks that cells of our workbooks have, each made once: the file stays small and Excel quick.
struct CellFormats {
    let header: UnsafeMutablePointer<lxw_format>?
    /// A year: digits without separators.
    let plain: UnsafeMutablePointer<lxw_format>?
    private let first: UnsafeMutablePointer<lxw_format>?
    private let further: UnsafeMutablePointer<lxw_format>?
    private var cells: [UnsafeMutablePointer<lxw_format>?] = []

    /// As Excel writes them in every language; each user sees the separators of their own system.
    private static let codes = ["@", "#,##0", "#,##0", "dd/mm/yyyy", "General"]
    private static let mostPlaces = 9

    init(_ workbook: UnsafeMutablePointer<lxw_workbook>) {
        func format(_ code: String? = nil, isBold: Bool = false, size: Double = 11) -> UnsafeMutablePointer<lxw_format>?
        {
            let format = workbook_add_format(workbook)
            format_set_font_name(format, "Times New Roman")
            format_set_font_size(format, size)
            if isBold { format_set_bold(format) }
            if let code { format_set_num_format(format, code) }
            return format
        }
        header = format(isBold: true)
        format_set_text_wrap(header)
        format_set_align(header, UInt8(LXW_ALIGN_CENTER.rawValue))
        format_set_align(header, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
        format_set_border(header, UInt8(LXW_BORDER_THIN.rawValue))
        format_set_bg_color(header, 0xE2EFDA)
        plain = format("0")
        first = format(isBold: true, size: 14)
        further = format()
        for isTotal in [false, true] {
            for code in Self.codes { cells.append(format(code, isBold: isTotal)) }
            for places in 0...Self.mostPlaces {
                let code = places == 0 ? "#,##0" : "#,##0." + String(repeating: "0", count: places)
                cells.append(format(code, isBold: isTotal))
            }
        }
    }

    func line(isFirst: Bool) -> UnsafeMutablePointer<lxw_format>? { isFirst ? first : further }

    func data(_ kind: WorkbookColumn.Kind, _ isTotal: Bool) -> UnsafeMutablePointer<lxw_format>? {
        let index: Int
        switch kind {
        case .text: index = 0
        case .integer: index = 1
        case .money: index = 2
        case .day: index = 3
        case .yesNo: index = 4
        case .decimal(let places): index = Self.codes.count + min(max(places, 0), Self.mostPlaces)
        }
        return cells[index + (isTotal ? cells.count / 2 : 0)]
    }
}
