import Kernel
import Persistence
import Testing

@testable import Registry

@Suite("The files of admin units") struct UnitFilesTests {
    static let units = """
        code,name,kind,level,parent_code,valid_from,valid_to,date_basis,full_name
        74,Bình Dương,tỉnh,1,,,2025-07-01,decree,Tỉnh Bình Dương
        79,Hồ Chí Minh,thành phố trực thuộc trung ương,1,,2025-07-01,,decree,Thành phố Hồ Chí Minh
        726,Bắc Tân Uyên,huyện,2,74,,2025-07-01,decree,Huyện Bắc Tân Uyên
        25918,Tân Mỹ,xã,3,726,,2025-07-01,decree,Xã Tân Mỹ
        25888,Tân Uyên,phường,3,79,2025-07-01,,decree,Phường Tân Uyên
        25909,Thường Tân,xã,3,79,2025-07-01,,decree,Xã Thường Tân

        """
    static let successors = """
        old_code,old_name,old_level,new_code,new_name,new_level,date,kind,share,decree
        74,Tỉnh Bình Dương,1,79,Thành phố Hồ Chí Minh,1,2025-07-01,whole,1,202/2025/QH15
        726,Huyện Bắc Tân Uyên,2,,,,2025-07-01,abolished,,203/2025/QH15
        25918,Xã Tân Mỹ,3,25888,Phường Tân Uyên,3,2025-07-01,part,,1685/NQ-UBTVQH15
        25918,Xã Tân Mỹ,3,25909,Xã Thường Tân,3,2025-07-01,part,,1685/NQ-UBTVQH15

        """

    @Test("that the program carries, and the small pair of this test, have no fault") func sound() {
        #expect(UnitFiles.carried.plan(over: [], []).findings.isEmpty)
        #expect(UnitFiles.carried.plan(over: [], []).plan.counts.added == 228)
        #expect(UnitFiles(units: Self.units, successors: Self.successors).plan(over: [], []).findings.isEmpty)
    }

    @Test(
        "are refused with the line and column of every fault",
        arguments: [
            // What is replaced in the units, or in the successors; code; line; column.
            ("726,Bắc", "9x6,Bắc", true, "units.code", 4, 1),
            ("726,Bắc", "7260,Bắc", true, "units.code", 4, 1),
            ("huyện,2,74", "huyện,5,74", true, "units.level", 4, 4),
            ("huyện,2,74", "huyện,2,", true, "units.parent-missing", 4, 5),
            ("huyện,2,74", "huyện,2,75", true, "units.parent", 4, nil),
            ("3,726,,2025-07-01", "3,726,,2025-08-01", true, "units.parent", 5, nil),
            ("3,79,2025-07-01,,decree,Phường", "3,79,2025-06-30,,decree,Phường", true, "units.parent", 6, nil),
            ("25918,Tân Mỹ,xã", "25918,,xã", true, "units.blank", 5, 2),
            ("3,79,2025-07-01,,decree,Phường", "3,79,1.7.2025,,decree,Phường", true, "units.day", 6, 6),
            ("3,79,2025-07-01,,decree,Phường", "3,79,2025-07-01,2025-07-01,decree,Phường", true, "units.period", 6, 7),
            ("3,79,2025-07-01,,decree,Phường", "3,79,2025-07-01,,decree", true, "units.cells", 6, nil),
            ("25909,Thường Tân", "25888,Thường Tân", true, "units.overlap", 7, nil),
            ("valid_to,", "valid_until,", true, "units.header", 1, nil),
            ("part,,1685/NQ-UBTVQH15\n25918", "gone,,1685/NQ-UBTVQH15\n25918", false, "units.succession-kind", 4, 8),
            ("whole,1", "whole,2", false, "units.share", 2, 9),
            ("25888,Phường Tân Uyên,3,", ",,,", false, "units.successor-missing", 4, 4),
            ("25888,Phường Tân Uyên", "25889,Phường Tân Uyên", false, "units.succession-new", 4, nil),
            ("25888,Phường Tân Uyên", "25909,Phường Tân Uyên", false, "units.succession-twice", 5, nil),
            ("2025-07-01,abolished", "2025-07-02,abolished", false, "units.succession-old", 3, nil),
            ("part,,1685/NQ-UBTVQH15\n25918", "whole,1,\n25918", false, "units.succession-parts", 4, nil),
        ] as [(String, String, Bool, String, Int, Int?)]
    )
    func refused(sound: String, broken: String, inUnits: Bool, code: String, line: Int, column: Int?) throws {
        var files = UnitFiles(units: Self.units, successors: Self.successors)
        let text = inUnits ? files.units : files.successors
        #expect(text.contains(sound))
        if inUnits {
            files.units = text.replacing(sound, with: broken, maxReplacements: 1)
        } else {
            files.successors = text.replacing(sound, with: broken, maxReplacements: 1)
        }
        let finding = try #require(files.plan(over: [], []).findings.first { $0.code == code })
        #expect(finding.place.file == (inUnits ? "admin-units.csv" : "admin-unit-successors.csv"))
        #expect(finding.place.row == line)
        #expect(finding.place.column == column)
    }

    @Test("are corrected by later ones, and not contradicted") func later() throws {
        let stored = Gazetteer.carried.lineage.units
        let again = UnitFiles.carried.plan(over: stored, [])
        #expect(again.findings.isEmpty)
        #expect(again.plan.counts.unchanged == 228)
        var files = UnitFiles.carried
        files.units = files.units.replacing("Trừ Văn Thố", with: "Trừ Văn Thó")
        #expect(files.plan(over: stored, []).plan.counts.changed == 2)
        // A province that ends while its communes go on.
        files = UnitFiles.carried
        files.units = files.units.replacing(
            "79,Hồ Chí Minh,thành phố trực thuộc trung ương,1,,2025-07-01,,",
            with: "79,Hồ Chí Minh,thành phố trực thuộc trung ương,1,,2025-07-01,2026-01-01,")
        #expect(files.plan(over: stored, []).findings.allSatisfy { $0.code == "units.parent" })
        #expect(files.plan(over: stored, []).findings.count == 36)
    }
}
