import Documents
import Foundation
import Kernel
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014): the same mutations on every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// 300 inputs in the usual tests; `HOPTAC_FUZZ=10000` in the long check.
@Suite("Any bytes at all") struct WorkbookFuzzTests {
    static let count = ProcessInfo.processInfo.environment["HOPTAC_FUZZ"].flatMap(Int.init) ?? 300

    static func mutated(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &random) where bytes.count > 16 {
            let at = Int.random(in: 0..<bytes.count - 8, using: &random)
            let length = Int.random(in: 1...min(400, bytes.count - at), using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(at..<at + length)
            case 3: bytes.insert(contentsOf: Array(bytes[at..<at + length]), at: at)
            case 4: bytes.removeSubrange(at...)
            case 5:
                let tokens = [
                    "<", ">", "\"", "/>", "</row>", "<c ", "&", "&#x110000;", "<![CDATA[", "<!--", "9999999999", "-1",
                    "",
                ]
                bytes.insert(contentsOf: Array((tokens.randomElement(using: &random) ?? "").utf8), at: at)
            default:
                for index in at..<min(at + 4, bytes.count) { bytes[index] = random.next().isMultiple(of: 2) ? 0xFF : 0 }
            }
        }
        return bytes
    }

    /// An input: a sample with its bytes changed, or with the bytes of one of its parts changed and zipped again.
    static func input(_ seed: Int, _ samples: [[UInt8]]) throws -> [UInt8] {
        var random = SplitMix(state: UInt64(seed))
        let sample = samples[Int.random(in: 0..<samples.count, using: &random)]
        if seed.isMultiple(of: 3) { return mutated(sample, &random) }
        let zip = try ZipReader.open(bytes: sample)
        let wanted = zip.names.filter { !$0.contains("theme") && !$0.contains("docProps") }.randomElement(
            using: &random)
        var writer = ZipWriter()
        for name in zip.names {
            let bytes = try zip.bytes(of: name)
            writer.add(name, name == wanted ? mutated(bytes, &random) : bytes)
        }
        return try writer.finish()
    }

    @Test("end in rows or in a failure, soon, also when they are to be marked") func mutations() throws {
        var samples = try WorkbookFixture.samples.map(WorkbookFixture.bytes)
        samples.append(
            try WorkbookFixture.workbook(
                "<row r=\"2\"><c r=\"B2\" t=\"s\"><f t=\"shared\" si=\"0\">A2</f><v>0</v></c></row>",
                strings: "<si><r><rPr><rFont val=\".VnTime\"/></rPr><t>x_x000D_</t></r></si>",
                styles: WorkbookFixture.styles()))
        let clock = ContinuousClock()
        var read = 0
        for seed in 0..<Self.count {
            let bytes = try Self.input(seed, samples)
            let began = clock.now
            do {
                let workbook = try Workbook.open(bytes: bytes)
                for sheet in workbook.sheets.indices {
                    let outline = try workbook.outline(of: sheet)
                    #expect(try workbook.read(sheet: sheet) { _ in } == outline, "seed \(seed)")
                }
                read += 1
                let mark = WorkbookMark(sheet: 0, row: 7, column: 3, severity: .error, message: "x")
                let marked = try Workbook.annotated(
                    workbook: bytes, marks: [mark], reasonColumn: ReasonColumn(title: "R", headerRows: [0: 4]),
                    removing: [0: [9]])
                _ = try Workbook.open(bytes: marked).rows(sheet: 0)
            } catch {
                #expect(error is Failure, "seed \(seed): \(error)")
            }
            #expect(clock.now - began < .seconds(10), "seed \(seed)")
        }
        #expect(read > 0)
        #expect(read < Self.count)
    }
}
