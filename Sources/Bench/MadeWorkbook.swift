import Documents
import Kernel
import Records
import Registry

extension MadeRegister {
    /// Writes the last year of the register as an officer's list.
    func workbook(_ path: String) throws {
        let writer = try WorkbookWriter(path, created: Instant(milliseconds: 1_719_705_600_000))
        try writer.sheet(
            "Danh sách",
            columns: [
                WorkbookColumn("STT", .integer), WorkbookColumn("Tên HTX"), WorkbookColumn("Ngày cấp ĐK", .day),
                WorkbookColumn("Mã số thuế/ĐKKD"), WorkbookColumn("Xã"), WorkbookColumn("Huyện"),
                WorkbookColumn("Tình trạng"), WorkbookColumn("Lĩnh vực hoạt động"),
                WorkbookColumn("Vốn điều lệ (triệu đồng)", .decimal(places: 0)),
                WorkbookColumn("Tổng số thành viên", .integer), WorkbookColumn("Số thành viên nữ", .integer),
                WorkbookColumn("Họ tên giám đốc"), WorkbookColumn("Số điện thoại"), WorkbookColumn("Sản phẩm"),
                WorkbookColumn("DT (ha)", .decimal(places: 1)),
            ],
            lines: ["DANH SÁCH HỢP TÁC XÃ NÔNG NGHIỆP (đến 30/6/2024)"])
        for (index, entry) in entries.enumerated() {
            guard let year = entry.years.last else { continue }
            try writer.row([
                .integer(Int64(index + 1)), .text(entry.name), .day(entry.established), .text(entry.taxCode),
                .text(entry.commune.fullName), .text(entry.district.fullName),
                .text(year.status == .active ? "Đang hoạt động" : "Tạm ngừng"), .text(Self.said(entry.kind)),
                .decimal(Double(year.capital.vnd / 1_000_000)), .integer(Int64(year.members)),
                .integer(Int64(year.women)), .text(entry.officers[0].name), .text(entry.phone), .text(entry.products),
                .decimal(Double(year.area.squareMetres) / 10_000),
            ])
        }
        try writer.close()
    }

    private static func said(_ kind: CooperativeKind) -> String {
        switch kind {
        case .crop: "Trồng trọt"
        case .livestock: "Chăn nuôi"
        case .general: "Tổng hợp"
        }
    }
}
