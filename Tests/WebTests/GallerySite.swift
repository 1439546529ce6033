import Hummingbird
import Kernel
import Web

/// A small site with every component in use, on invented figures: what the tests ask and what one looks at.
enum GallerySite {
    static func make() -> Site {
        var site = Site(texts: [texts(.vi), texts(.en)], clock: .standing(at: "2024-06-30"), access: nil)
        site.navigation = [
            NavigationEntry(.data, "gallery.cooperatives", "/cooperatives", may: .everyone),
            NavigationEntry(.data, "gallery.groups", "/groups", may: .everyone),
            NavigationEntry(.data, "gallery.unions", "/unions", may: .everyone),
            NavigationEntry(.summary, "gallery.situation", "/", may: .everyone),
            NavigationEntry(.administration, "gallery.units", "/units", may: .everyone),
        ]
        site.get("/", may: .everyone) { _, _ in SituationPage() }
        site.get("/cooperatives", may: .everyone) { _, context in ListPage(query: context.query) }
        site.get("/cooperatives/:id", may: .everyone) { _, context in
            let id: Identifier<Account> = try context.id("id")
            guard id == 1 else { throw Failure(.missing, "page.missing") }
            return RecordPage(id: id)
        }
        site.get("/refused", may: .everyone) { _, _ -> Response in throw Failure(.refused, "page.missing") }
        site.get("/defect", may: .everyone) { _, _ -> Response in throw Secret(password: "hunter2") }
        site.get("/api/defect", may: .everyone) { _, _ -> Response in throw Secret(password: "hunter2") }
        site.get("/named/:name", may: .everyone) { _, context in NamePage(name: try context.parameter("name")) }
        site.post("/cooperatives", may: .everyone) { _, _ in Response.seeOther("/cooperatives/1") }
        return site
    }

    static func texts(_ language: Language) -> Texts {
        let labels =
            language == .vi
            ? "gallery.cooperatives: Hợp tác xã\ngallery.groups: Tổ hợp tác\ngallery.unions: Liên hiệp\n"
                + "gallery.situation: Tình hình\ngallery.units: Đơn vị hành chính\n"
            : "gallery.cooperatives: Cooperatives\ngallery.groups: Cooperative groups\ngallery.unions: Unions\n"
                + "gallery.situation: Situation\ngallery.units: Administrative units\n"
        let file = Web.Embedded.files.first { $0.path == "Texts/\(language.rawValue).yaml" }
        return Texts(language, sources: [file.map { "\($0.content)" } ?? "", labels])
    }
}

/// An error with something in it that nobody outside may read.
struct Secret: Error { let password: String }

struct NamePage: Page {
    let name: String
    func title(_ t: Texts) -> String { name }
    func body(_ t: Texts) -> HTML { heading(name) }
}

struct SituationPage: Page {
    let units: [(String, Int64, Int64, String)] = [
        ("Bắc Tân Uyên", 20, 266, "61.200"), ("Phú Giáo", 16, 241, "54.800"), ("Dầu Tiếng", 13, 188, "39.650"),
        ("Tân Uyên", 10, 131, "28.400"), ("Bàu Bàng", 9, 112, "24.996"), ("Bến Cát", 7, 84, "16.900"),
    ]

    func title(_ t: Texts) -> String { t["gallery.situation"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb("Tổng hợp")] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            "Tình hình hợp tác xã nông nghiệp",
            note: "Tính đến <b>30/06/2024</b> · theo địa giới ngày đó · số liệu đúng ngay khi hồ sơ được lưu",
            actions: """
                <form class="inline" action="/">\(dayField("as_of", "Tính đến ngày", "30/06/2024", t))\
                <button class="plain">Xem</button></form>\(linkButton("Xuất Word", "/situation.docx", isMain: true))\
                \(exportLinks([("Excel", "/situation.xlsx")]))
                """))
        \(figures([
            FigureCard("Hợp tác xã", "84", note: "18 trồng trọt · 10 chăn nuôi · 56 tổng hợp", "/cooperatives"),
            FigureCard("Thành viên", "1.131", note: "nữ 412 · 7 HTX chưa báo số nữ", "/cooperatives"),
            FigureCard("Vốn điều lệ", "247.646", note: "triệu đồng · đủ 84/84 HTX", "/cooperatives"),
            FigureCard("Khá, tốt", "72,92 %", note: "35/48 được xếp loại · 41,67 % nếu tính 35/84", "/cooperatives"),
            FigureCard("Tổ hợp tác", "180", note: "1.511 thành viên", "/groups"),
            FigureCard("Sản phẩm OCOP", "28", note: "của 14 HTX", "/cooperatives"),
        ]))
        <div class="two">
        <section class="sheet">\(table(
            "Theo huyện, thành phố",
            head: """
                \(columnHead("Đơn vị"))<td></td>\(columnHead("HTX", isNumber: true))\
                \(columnHead("Thành viên", isNumber: true))\(columnHead("Vốn (tr. đồng)", isNumber: true))
                """,
            rows: "\(units, unitRow)",
            foot: """
                <td>Toàn tỉnh</td><td></td><td class="number" data-label="HTX">84</td>\
                <td class="number" data-label="Thành viên">1.131</td>\
                <td class="number" data-label="Vốn (tr. đồng)">247.646</td>
                """))</section>
        <section class="sheet"><h2>Lưu ý</h2>
        \(notice(.warn, "7 hợp tác xã chưa báo số thành viên nữ. <a href=\"/cooperatives\">Xem</a>"))
        \(notice(.bad, "Tệp không đọc được."))\(notice(.good, "Đã lưu 81 dòng."))\(notice(.plain, "Chưa lưu gì."))
        \(emptyState("Chưa có hồ sơ nào.", linkButton("Nhập từ Excel", "/import")))
        </section></div>
        """
    }

    private func unitRow(_ unit: (String, Int64, Int64, String)) -> HTML {
        """
        <tr><td class="tight"><a href="/cooperatives">\(unit.0)</a></td><td class="chart">\(bar(unit.1, of: 20))</td>\
        <td class="number" data-label="HTX">\(unit.1)</td><td class="number" data-label="Thành viên">\(unit.2)</td>\
        <td class="number" data-label="Vốn (tr. đồng)">\(unit.3)</td></tr>
        """
    }
}

struct ListPage: Page {
    let query: Query
    let rows: [(String, String, String, String, Int, String, String, Tone)] = [
        ("HTX Cây ăn quả Tân Mỹ", "Tân Mỹ, Bắc Tân Uyên", "Trồng trọt", "Đang hoạt động", 42, "3.500", "Tốt", .good),
        (
            "HTX nông nghiệp - Thương mại Dịch vụ và Vận tải Dân Tiến", "Phước Sang, Phú Giáo", "Tổng hợp",
            "Đang hoạt động", 36, "12.000", "Tốt", .good
        ),
        (
            "HTX ổi Thanh Kiên", "Thanh Tuyền, Dầu Tiếng", "Trồng trọt", "Đang hoạt động", 17, "2.800", "Trung bình",
            .warn
        ),
        (
            "HTX Chăn nuôi Minh Hòa", "Minh Hòa, Dầu Tiếng", "Chăn nuôi", "Tạm ngừng", 9, "600",
            "Chưa đánh giá: tạm ngừng", .bad
        ),
    ]

    func title(_ t: Texts) -> String { t["gallery.cooperatives"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb("Dữ liệu", "/")] }

    func body(_ t: Texts) -> HTML {
        let sorting = Sorting(parsing: query["sort"]) ?? Sorting("name")
        return """
            \(heading(title(t), actions: exportLinks([("Xuất .xlsx", query.link("/cooperatives.xlsx"))])))
            \(filterForm(
                "/cooperatives",
                [
                    searchField("q", "Tìm", query["q"]),
                    selectField("unit", "Đơn vị", [Option("721", "Bắc Tân Uyên")], selected: query["unit"], all: "Toàn tỉnh"),
                    selectField("kind", "Lĩnh vực", [Option("crop", "Trồng trọt")], selected: query["kind"], all: "Tất cả"),
                    dayField("as_of", "Tính đến ngày", "30/06/2024", t),
                ], carried: query.only("sort").carried(), t))
            <section class="sheet">\(table(
                nil,
                head: """
                    \(sortableHead("Tên", by: "name", sorting, query, "/cooperatives"))\(columnHead("Xã, huyện"))\
                    \(columnHead("Lĩnh vực"))\(columnHead("Trạng thái"))\
                    \(sortableHead("Thành viên", by: "members", sorting, query, "/cooperatives", isNumber: true))\
                    \(columnHead("Vốn (tr. đ)", isNumber: true))\(columnHead("Xếp loại 2023"))
                    """,
                rows: "\(rows, row)"))
            \(pagination("1–4 trong 84", previous: nil, next: query.with("after", "x").link("/cooperatives"), t))</section>
            """
    }

    private func row(_ row: (String, String, String, String, Int, String, String, Tone)) -> HTML {
        """
        <tr><td><a href="/cooperatives/1">\(row.0)</a></td><td data-label="Xã">\(row.1)</td>\
        <td data-label="Lĩnh vực">\(row.2)</td><td data-label="Trạng thái">\(row.3)</td>\
        <td class="number" data-label="Thành viên">\(row.4)</td><td class="number" data-label="Vốn (tr. đ)">\(row.5)</td>\
        <td data-label="2023">\(tag(row.7, row.6))</td></tr>
        """
    }
}

struct RecordPage: Page {
    let id: Identifier<Account>

    func title(_ t: Texts) -> String { "HTX Cây ăn quả Tân Mỹ" }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["gallery.cooperatives"], "/cooperatives"), Crumb("Bắc Tân Uyên"), Crumb("Tân Mỹ")]
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            title(t),
            note: "\(tag(.good, "Đang hoạt động")) \(tag(.plain, "Trồng trọt")) \(tag(.plain, "Quy mô: chưa đủ số liệu"))"))
        \(notice(.warn, "Từ 01/07/2025 xã Tân Mỹ chia vào <b>phường Tân Uyên</b> và <b>xã Thường Tân</b> (NQ 1685)."))
        <div class="two"><section class="sheet"><h2>Thông tin chung</h2>\(facts([
            Fact("Mã số thuế", "3709 123 456"), Fact("Thành lập", "15/03/2018"),
            Fact("Địa chỉ", "Ấp 1, Tân Mỹ, Bắc Tân Uyên"),
            Fact("Giám đốc", "Lê Văn An <span class=\"muted\">từ 2018</span>"), Fact("Điện thoại", nil),
        ], t))</section>
        <section class="sheet"><h2>Thay đổi theo thời gian</h2>\(timeline([
            Happening("Thành viên 42", when: "từ 30/06/2024", source: "tệp htx-2024-06.xlsx, dòng 14"),
            Happening("Vốn điều lệ 3.500 triệu đồng", when: "từ 30/06/2024"),
            Happening("Thành lập", when: "15/03/2018", source: "GCN số 46E…"),
        ]))</section></div>
        """
    }
}
