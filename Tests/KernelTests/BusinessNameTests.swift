import Foundation
import Kernel
import Testing

@Suite("A business name") struct BusinessNameTests {
    /// The names of the sample register: as written and written out.
    static let cooperatives: [(written: String, full: String)] = {
        let text =
            (try? String(contentsOf: vectorsFolder.appending(path: "cooperative-names.csv"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: ";")
            return (String(cells[0]), String(cells[1]))
        }
    }()

    @Test("is one, abbreviated or written out") func sample() {
        #expect(Self.cooperatives.count == 84)
        for (written, full) in Self.cooperatives {
            #expect(BusinessName(written).exact == BusinessName(full).exact)
            #expect(BusinessName(written).toned == BusinessName(full).toned)
        }
        #expect(Set(Self.cooperatives.map { BusinessName($0.written).exact }).count == 84)
        #expect(Set(Self.cooperatives.map { BusinessName($0.written).toned }).count == 84)
    }

    @Test(
        "has a key to decide by, a key with tones and a key to propose by",
        arguments: [
            ("HTX DVNN Bạch Đằng", "hop tac xa dich vu nong nghiep bach dang", "bach dang"),
            ("Hợp tác xã Dịch vụ nông nghiệp Bạch Đằng", "hop tac xa dich vu nong nghiep bach dang", "bach dang"),
            ("HTXNN Tân Mỹ", "hop tac xa nong nghiep tan my", "tan my"),
            ("H.T.X  \"Tân Mỹ\"", "hop tac xa tan my", "tan my"),
            ("HTX NN CNC Lai Uyên", "hop tac xa nong nghiep cong nghe cao lai uyen", "lai uyen"),
            ("HTX NN-TM-DV Tam Lập", "hop tac xa nong nghiep thuong mai dich vu tam lap", "tam lap"),
            ("HTX TM & DV An Lập", "hop tac xa thuong mai va dich vu an lap", "an lap"),
            ("THT trồng chuối ấp 5", "to hop tac trong chuoi ap 5", "trong chuoi ap 5"),
            ("Liên hiệp HTX Bình Dương", "lien hiep hop tac xa binh duong", "binh duong"),
            ("Hợp tác xã Nông nghiệp", "hop tac xa nong nghiep", "hop tac xa nong nghiep"), ("", "", ""),
            ("- ,", "", ""),
        ])
    func keys(name: String, exact: String, core: String) {
        #expect(BusinessName(name).exact == exact)
        #expect(BusinessName(name).core == core)
    }

    @Test("keeps places apart that differ by a tone") func tones() {
        let (plain, low) = (BusinessName("HTX Thanh An"), BusinessName("HTX Thạnh An"))
        #expect(plain.exact == low.exact)
        #expect(plain.toned != low.toned)
        #expect(BusinessName("HTX Phước Hòa").toned == BusinessName("HTX PHƯỚC HOÀ").toned)
    }

    @Test("written otherwise next year is the same, or near enough to ask") func respelt() {
        func name(_ text: String) -> BusinessName { BusinessName(text) }
        #expect(name("HTX Dịch vụ NN Bạch Đằng").toned == name("HTX DVNN Bạch Đằng").toned)
        #expect(name("Hợp tác xã Rau sạch Gia Đình").toned == name("HTX Rau Sạch gia đình").toned)
        let guava = name("HTX Ổi Thanh Kiêng")
        #expect(guava.exact != name("HTX ổi Thanh Kiên").exact)
        #expect(Self.cooperatives.filter { name($0.written).isNear(guava) }.map(\.written) == ["HTX ổi Thanh Kiên"])
    }

    @Test("is near only to what a slip of the pen would make of it") func near() {
        func isNear(_ a: String, _ b: String) -> Bool { BusinessName(a).isNear(BusinessName(b)) }
        #expect(isNear("HTX Bạch Đằng", "HTX DVNN Bach Dang"))
        #expect(!isNear("HTX An Lập", "HTX Tân Lập"))
        #expect(isNear("HTX Minh Thạnh Phát", "HTX Minh Thành Phát"))
        #expect(!isNear("HTX Tân Hiệp", "HTX Tân Hưng"))
    }
}
