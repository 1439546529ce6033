import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import Assessment
@testable import HopTac

@Suite("The lines of a return") struct ReturnLineTests {
    private let year = WallClock.system.today().year - 1

    private func draft(_ site: WholeSite, _ cooperative: Int64, _ token: String, _ form: String) async throws -> String
    {
        let answer = try await site.ask(.post, "/cooperatives/\(cooperative)/returns", as: token, form: form)
        return String(try #require(answer.headers[.location]).prefix { $0 != "?" })
    }

    @Test("are kept by whoever may edit it while it is open, and their sums stand beside its figures") func lines()
        async throws
    {
        let site = try await WholeSite()
        let (accountant, department) = (
            try await site.signIn("cooperative_accountant"), try await site.signIn("department_officer")
        )
        let path = try await draft(
            site, site.own, accountant, "year=\(year)&revenue=9000000&production_value=300000000&loans=50000000")
        let foreign = try await draft(site, site.foreign, department, "year=\(year)&revenue=9")
        func add(_ path: String, _ word: String, _ form: String, _ token: String) async throws -> WholeSite.Answer {
            try await site.ask(.post, "\(path)/\(word)", as: token, form: form)
        }
        let grapefruit = "product=B%C6%B0%E1%BB%9Fi&area=2%2C5&quantity=12%2C25&measure=t%E1%BA%A5n&value=200000000"
        let nameless = try await add(path, "products", "product=Cam&quantity=3", accountant)
        #expect(nameless.status == 422 && nameless.text.contains("thiếu đơn vị tính"))
        #expect(try await add(path, "products", grapefruit, accountant).status == 303)
        #expect(try await add(path, "products", "product=Cam", accountant).status == 303)
        var page = try await site.get(path, as: accountant).text
        #expect(page.contains("2,5 ha") && page.contains("12,25 tấn"))
        // An orange crop without its value: the sum is unknown, and nothing is compared.
        #expect(page.contains("Cộng các dòng: chưa có thông tin (1/2 dòng có số tiền)."))
        #expect(page.contains("Giá trị sản xuất trong báo cáo: 300 triệu đồng."))
        let oranges = try await site.ask(
            .post, "\(path)/products/2", as: accountant, form: "version=1&product=Cam&value=90000000")
        #expect(oranges.status == 303)
        #expect(
            try await add(path, "loans", "lender=Agribank&balance=40000000&due_on=30/6/2027", accountant).status == 303)
        page = try await site.get(path, as: accountant).text
        #expect(page.contains("Cộng các dòng: 290 triệu đồng (2/2 dòng có số tiền)."))
        #expect(page.contains("Giá trị các sản phẩm cộng lại là 290 triệu đồng, khác giá trị sản xuất 300 triệu đồng."))
        #expect(page.contains("Dư nợ theo nơi cho vay cộng lại là 40 triệu đồng, khác vay tín dụng 50 triệu đồng."))
        #expect(page.contains("30/06/2027"))
        let list = try await site.get("/return-products?year=\(year)", as: department).text
        #expect(list.contains(">Bưởi</a>") && list.contains(">Cam</a>"))
        #expect(try await site.get("/return-loans.csv", as: department).text.contains("Agribank"))
        // Taken out, with its history.
        let stale = try await site.ask(.post, "\(path)/products/2/remove", as: accountant, form: "version=1")
        #expect(stale.status == 409)
        let gone = try await site.ask(.post, "\(path)/products/2/remove", as: accountant, form: "version=2")
        #expect(gone.status == 303)
        #expect(try await site.database.read { try Change.list(of: "return_product", 2, in: $0).count } == 3)
        // Another's are neither seen nor touched; who only reads changes nothing.
        for (token, word) in [(accountant, "products"), (accountant, "loans")] {
            let other = try await add(foreign, word, "product=Cam&lender=Vietinbank", token)
            #expect(other.status == 404)
        }
        let wrong = try await site.ask(.post, "\(foreign)/products/1/remove", as: department, form: "version=1")
        #expect(wrong.status == 404)
        for role in ["cooperative_supervisor", "auditor"] {
            let token = try await site.signIn(role)
            #expect(try await add(path, "products", "product=Cam", token).status == 403)
            #expect(try await site.ask(.post, "\(path)/products/1/remove", as: token, form: "version=1").status == 403)
        }
        let elsewhere = try await site.get("/return-products", as: try await site.signIn("cooperative_director")).text
        #expect(elsewhere.contains(">Bưởi</a>"))
        // Once submitted it is closed, with its lines.
        try await site.database.write { try $0.run("UPDATE assessment_return SET state = 'submitted' WHERE id = 1") }
        let late = try await add(path, "products", "product=Xo%C3%A0i", accountant)
        #expect(late.status == 422 && late.text.contains("Báo cáo đã nộp nên không sửa được"))
        #expect(try await site.ask(.post, "\(path)/products/1/remove", as: accountant, form: "version=1").status == 422)
        #expect(
            try await site.database.read { try ReturnProduct.list(where: "1 = 1", in: $0).map(\.product) } == ["Bưởi"])
    }

    @Test("come in from a list of the year, each to the return of its cooperative") func imported() async throws {
        try await Program.with(isFilled: true) { program in
            let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
            let act = Act(at: WallClock.system.now(), origin: "cli")
            let names = try await database.write { db in
                let cooperatives = try Cooperative.list(where: "tax_code IS NOT NULL ORDER BY id LIMIT 3", in: db)
                for (index, cooperative) in cooperatives.prefix(2).enumerated() {
                    var record = AnnualReturn()
                    record.cooperative = cooperative.id
                    record.year = 2024
                    record.state = index == 0 ? .draft : .submitted
                    try db.insert(record, by: act)
                }
                return cooperatives.map { ($0.name, $0.taxCode?.text ?? "") }
            }
            let rows = names.map { [$0.0, $0.1, "Bưởi", "12,25", "tấn", "200000000"] }
            let headings = [
                "Hợp tác xã", "Mã số thuế", "Sản phẩm", "Sản lượng", "Đơn vị tính", "Giá trị sản xuất (đồng)",
            ]
            let file = program.folder.path + "/products.xlsx"
            try Data(try ImportSite.workbook(headings, rows)).write(to: URL(fileURLWithPath: file))
            let done = try await program("import", file, "--type", "return_product", "--apply").output
            #expect(done.contains("thêm mới 1, cập nhật 0") && done.contains("không nhập 2"), "\(done)")
            #expect(done.contains("annual_return.is-submitted") && done.contains("return_line.no-return"))
            let again = try await program("import", file, "--type", "return_product", "--apply").output
            #expect(again.contains("thêm mới 0, cập nhật 0, không đổi 1"))
            let stored = try await database.read { try ReturnProduct.list(where: "1 = 1", in: $0) }
            #expect(stored.map(\.product) == ["Bưởi"] && stored.map(\.value) == [200_000_000])
            #expect(stored.map(\.quantity) == [Hundredths(1225)] && stored.map(\.annualReturn) == [1])
            await database.close()
        }
    }

    @Test("A new return stands beside the year before, whose workers it proposes and whose figures it does not")
    func yearBefore() async throws {
        let site = try await WholeSite()
        let director = try await site.signIn("cooperative_director")
        _ = try await draft(
            site, site.own, director, "year=\(year - 1)&revenue=1234000000&workers=17&is_sanctioned=1")
        let blank = try await site.get("/cooperatives/\(site.own)/returns/new", as: director).text
        #expect(blank.contains("<p class=\"hint\">năm \(year - 1): 1.234.000.000</p>"))
        #expect(blank.contains("<p class=\"hint\">năm \(year - 1): 17</p>"))
        // What was not reported then is not made up now.
        #expect(blank.contains("<p class=\"hint\">năm \(year - 1): chưa có thông tin</p>"))
        #expect(blank.firstMatch(of: /name="workers"[^>]* value="17"/) != nil)
        #expect(blank.firstMatch(of: /name="revenue"[^>]* value=""/) != nil)
    }
}
