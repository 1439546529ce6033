import Kernel
import Testing

@testable import Registry

@Suite("A commune's name as somebody wrote it") struct UnitSearchTests {
    let gazetteer = Gazetteer.carried
    let june: Day = "2024-06-30"

    @Test(
        "is found",
        arguments: [
            ("xã Bạch Đằng", "Tân Uyên", "25930", .exact),
            ("X. Thạnh Hội", "TP. Tân Uyên", "25937", .exact),
            ("P.Vĩnh Tân", "TP Tân Uyên", "25912", .exact),
            ("phường  Uyên Hưng ", "Thành phố Tân Uyên", "25888", .exact),
            ("P Hội Nghĩa", "tân uyên", "25915", .exact),
            ("TT. Tân Thành", "H. Bắc Tân Uyên", "25906", .exact),
            ("TT Phước Vĩnh", "huyện Phú Giáo", "25858", .exact),
            ("THỊ TRẤN TÂN BÌNH", "Bac Tan Uyen", "25900", .exact),
            ("Minh Hòa", "Dầu Tiếng", "25780", .exact),
            ("Vĩnh Hoà", "Phú Giáo", "25882", .exact),
            ("Tra\u{300} Vinh", "Phú Giáo", nil, .exact),
            ("Thanh Tuyê\u{300}n", "Dầu Tiếng", "25810", .exact),
            ("Thanh Tuyen", "Dầu Tiếng", "25810", .withoutDiacritics),
            ("Xa Thanh Tuyen", "H. Dau Tieng", "25810", .withoutDiacritics),
            ("Dinh Hiep", "Dầu Tiếng", "25798", .withoutDiacritics),
            ("Trừ Văn Thó", "Bàu Bàng", "25816", .spelling),
            ("Thanh Tuyn", "Dầu Tiếng", "25810", .spelling),
            ("Cây Trường 2", "Bàu Bàng", "25819", .exact),
            ("Xã An Điền", "Bến Cát", "25840", .outdatedKind),
            ("P. Bạch Đằng", "Tân Uyên", "25930", .otherKind),
            ("Tân Hiệp", "Phú Giáo", "25873", .exact),
            ("Tân Hiệp", "Tân Uyên", "25920", .exact),
            ("Xã Tân Hiệp, huyện Phú Giáo, tỉnh Bình Dương", nil, "25873", .exact),
            ("xã Tân Hiệp", nil, "25873", .exact),
            ("Tam Lập", nil, "25876", .exact),
            ("Thanh An", "Dầu Tiếng", "25807", .exact),
        ] as [(String, String?, String?, Likeness)]
    )
    func found(text: String, district: String?, code: String?, likeness: Likeness) throws {
        let match = gazetteer.find(commune: text, district: district, on: june)
        guard let code else {
            #expect(match == .none)
            return
        }
        #expect(match == .one(try gazetteer.known(code, june), likeness))
    }

    @Test("is never guessed") func undecided() throws {
        let inPhuGiao = try gazetteer.known("25873", june)
        let inTanUyen = try gazetteer.known("25920", june)
        #expect(gazetteer.find(commune: "Tân Hiệp", on: june) == .several([inPhuGiao, inTanUyen]))
        #expect(gazetteer.find(commune: "Tân Phú Đông", district: "Dầu Tiếng", on: june) == .none)
        #expect(gazetteer.find(commune: "Tân Hiệp", district: "Bến Lức", on: june) == .unknownDistrict)
        #expect(
            gazetteer.find(commune: "Tam Lập", district: "Dầu Tiếng", on: june)
                == .otherDistrict([try gazetteer.known("25876", june)], given: try gazetteer.known("720", june)))
        // No district, no province: a slip is not repaired.
        #expect(gazetteer.find(commune: "Trừ Văn Thó", on: june) == .none)
        #expect(
            gazetteer.find(commune: "Trừ Văn Thó", on: june, within: "74")
                == .one(try gazetteer.known("25816", june), .spelling))
        #expect(gazetteer.find(commune: "", district: "Dầu Tiếng", on: june) == .none)
    }

    @Test("is another name where its marks differ") func marks() throws {
        let files = """
            code,name,full_name,kind,level,parent_code,valid_from,valid_to
            79,Hồ Chí Minh,Thành phố Hồ Chí Minh,thành phố trực thuộc trung ương,1,,,
            25807,Thanh An,Xã Thanh An,xã,3,79,,
            27676,Thạnh An,Xã Thạnh An,xã,3,79,,
            27001,1,Phường 1,phường,3,79,,
            27002,2,Phường 2,phường,3,79,,
            """
        let units = UnitTable(text: files, file: "").units().0.enumerated().map {
            $1.value.with(id: Unit.ID(Int64($0 + 1)))
        }
        let gazetteer = Gazetteer(units, [])
        #expect(gazetteer.find(commune: "Xã Thanh An", on: june, within: "79") == .one(units[1], .exact))
        #expect(gazetteer.find(commune: "Thạnh An", on: june, within: "79") == .one(units[2], .exact))
        #expect(gazetteer.find(commune: "P1", on: june, within: "79") == .one(units[3], .exact))
        #expect(gazetteer.find(commune: "Phường 02", on: june, within: "79") == .one(units[4], .exact))
        #expect(gazetteer.find(commune: "Phường 3", on: june, within: "79") == .none)
        #expect(gazetteer.province("TP. Hồ Chí Minh", on: june) == .one(units[0], .exact))
    }

    @Test("of a commune or district that is no more is said to have ended") func ended() throws {
        let day: Day = "2025-12-10"
        let tanMy = try gazetteer.known("25918", june)
        #expect(gazetteer.find(commune: "Tân Mỹ", district: "Bắc Tân Uyên", on: day) == .ended([tanMy]))
        #expect(gazetteer.find(commune: "Tân Mỹ", on: day, within: "74") == .ended([tanMy]))
        // Tân Hiệp of Phú Giáo went to Phước Thành; today's Tân Hiệp is the one of Tân Uyên.
        #expect(
            gazetteer.find(commune: "Tân Hiệp", district: "Phú Giáo", on: day)
                == .ended([try gazetteer.known("25873", june)]))
        #expect(
            gazetteer.find(commune: "Tân Hiệp", district: "Tân Uyên", on: day)
                == .one(try gazetteer.known("25920", day), .exact))
        #expect(
            gazetteer.find(commune: "Xã Thường Tân", district: "Bắc Tân Uyên", on: day)
                == .one(try gazetteer.known("25909", day), .exact))
    }

    @Test(
        "is told about in words that exist",
        arguments: [
            ("Thanh Tuyen", "Dầu Tiếng", "2024-06-30", .note, "unit.without-diacritics"),
            ("Trừ Văn Thó", "Bàu Bàng", "2024-06-30", .warning, "unit.spelling"),
            ("Xã An Điền", "Bến Cát", "2024-06-30", .note, "unit.outdated-kind"),
            ("P. Bạch Đằng", "Tân Uyên", "2024-06-30", .warning, "unit.other-kind"),
            ("Tân Hiệp", nil, "2024-06-30", .error, "unit.ambiguous"),
            ("Tam Lập", "Dầu Tiếng", "2024-06-30", .error, "unit.other-district"),
            ("Tân Phú Đông", "Dầu Tiếng", "2024-06-30", .error, "unit.unknown-in-district"),
            ("Tân Phú Đông", nil, "2024-06-30", .error, "unit.unknown"),
            ("Tân Hiệp", "Bến Lức", "2024-06-30", .error, "unit.unknown-district"),
            ("Tân Mỹ", "Bắc Tân Uyên", "2025-12-10", .error, "unit.replaced"),
        ] as [(String, String?, Day, Diagnostic.Severity, String)]
    )
    func told(text: String, district: String?, day: Day, severity: Diagnostic.Severity, code: String) throws {
        let match = gazetteer.find(commune: text, district: district, on: day)
        let finding = try #require(gazetteer.finding(match, text: text, district: district, on: day))
        #expect(finding.severity == severity)
        #expect(finding.code == code)
        for language in Language.allCases {
            let file = try #require(Registry.Embedded.files.first { $0.path == "Texts/\(language.rawValue).yaml" })
            let sentence = Texts(language, sources: ["\(file.content)"])(code, finding.details)
            #expect(!sentence.contains("{") && !sentence.contains("⟦"), "\(sentence)")
        }
    }

    @Test(
        "of a district may be a sheet's",
        arguments: [
            ("Bắc Tân Uyên", "726"), ("H. Phú Giáo", "722"), ("TP Thủ Dầu Một", "718"), ("TX Tân Uyên", "723"),
            ("Danh sách HTX", nil), ("Tổ hợp tác", nil),
        ] as [(String, String?)]
    )
    func sheet(name: String, code: String?) throws {
        #expect(try gazetteer.district(named: name, on: june) == code.map { try gazetteer.known($0, june).fullName })
    }
}
