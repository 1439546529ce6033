package import Kernel
package import Persistence
package import Records

/// An instrument as it is kept: its YAML text, changed by officials like any record, with its history. Scores name the
/// version that they were computed with.
package struct InstrumentDocument: Record, Referenced {
    package var id: Identifier<InstrumentDocument> = 0
    package var version = 0
    /// Of the circular: `09/2017/TT-BNNPTNT`.
    package var name = ""
    package var title = ""
    package var text = ""
    package init() {}

    package static let referenceName = "instrument"

    package static let description = Description<InstrumentDocument>(
        "instrument", table: "assessment_instrument", rules: [\.saysItsName],
        sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched)
        Field("title", \.title, .listed, .searched)
        Field("text", \.text, .paragraph, .check(isReadable))
    }

    package static let listing = Listing(
        "instrument", path: "instruments", table: "assessment_instrument", alias: "i",
        columns: [
            .init("name", "i.name", .text, order: "i.sort_key", link: ("instrument", "id")),
            .init("title", "i.title", .text),
        ], filters: [], joins: { _ in "" }, exists: { _ in "1 = 1" })

    package func instrument() throws -> Instrument { try Instrument(yaml: text) }

    /// Two papers must not go under one name.
    var saysItsName: Verdict {
        guard let instrument = try? instrument(), instrument.code != name else { return .meets }
        return .fails("instrument.other-name", ["code": instrument.code, "name": name])
    }

    /// Those that come with the program and are not there yet. The number added.
    @discardableResult
    package static func loadShipped(by act: Act, in db: Connection) throws -> Int {
        let known = Set(try db.all("SELECT name FROM assessment_instrument") { try $0[0] as String })
        var added = 0
        for (file, title) in shipped {
            var document = InstrumentDocument()
            document.title = title
            document.text = Embedded.text("Data/\(file).yaml")
            document.name = try document.instrument().code
            guard !known.contains(document.name) else { continue }
            try db.insert(document, by: act)
            added += 1
        }
        return added
    }

    private static let shipped = [
        ("instrument-tt09-2017", "Phân loại, đánh giá hợp tác xã nông nghiệp (chưa đầy đủ)"),
        ("instrument-tt01-2020", "Phân loại, đánh giá hợp tác xã mọi lĩnh vực (chưa đầy đủ)"),
        ("instrument-training", "Bảng điểm bài tập: không phải thông tư, không dùng để xếp loại"),
    ]
}

private func isReadable(_ text: String) -> Verdict {
    do {
        _ = try Instrument(yaml: text)
        return .meets
    } catch let failure as Failure {
        return .fails(failure.code, failure.details)
    } catch {
        return .fails("instrument.unreadable", ["reason": "\(error)"])
    }
}
