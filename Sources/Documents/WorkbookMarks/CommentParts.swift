import Kernel

/// The two parts that make a sheet's comments: their text, and the boxes that old VML draws around them.
struct CommentParts {
    let relationship = "rIdHopTacDrawing"
    let parts: [(name: String, bytes: [UInt8])]
    let commentsPart: String

    /// At most this many boxes: beyond, Excel opens slowly, and the reasons say the same.
    private static let most = 2_000

    /// Nil when the sheet has comments already, is in the strict form (which has no VML), or nothing has a column.
    init?(_ marks: [WorkbookMark], for sheet: String, in zip: ZipReader, number: Int) throws {
        let relationshipsPart = Relationships.file(for: sheet)
        let existing = try Relationships(of: sheet, in: zip).byId.values.map(\.type)
        guard !existing.contains("comments"), !existing.contains("vmlDrawing") else { return nil }
        var byPlace: [[Int]: [String]] = [:]
        for mark in marks {
            if let column = mark.column { byPlace[[mark.row, column], default: []].append(mark.message) }
        }
        guard !byPlace.isEmpty else { return nil }
        let texts = byPlace.sorted { $0.key.lexicographicallyPrecedes($1.key) }.prefix(Self.most)
            .map { (row: $0.key[0], column: $0.key[1], text: $0.value.joined(separator: "\n")) }

        commentsPart = "xl/commentsHopTac\(number).xml"
        let drawingPart = "xl/drawings/vmlDrawingHopTac\(number).vml"
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        let comments = texts.map {
            "<comment ref=\"\(Place.letters($0.column))\($0.row)\" authorId=\"0\"><text><r><t xml:space=\"preserve\">"
                + "\(SheetName.cut($0.text, to: 32_000).asXML)</t></r></text></comment>"
        }
        let document =
            head + "<comments xmlns=\"\(main)\"><authors><author>HopTac</author></authors><commentList>"
            + comments.joined() + "</commentList></comments>"

        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        let entries =
            "<Relationship Id=\"\(relationship)\" Type=\"\(office)vmlDrawing\" Target=\"/\(drawingPart)\"/>"
            + "<Relationship Id=\"rIdHopTacComments\" Type=\"\(office)comments\" Target=\"/\(commentsPart)\"/>"
        let relationships: [UInt8]
        if zip.contains(relationshipsPart) {
            let original = try zip.bytes(of: relationshipsPart)
            guard let patched = try RootPatch.appended(entries, to: original, part: relationshipsPart) else {
                return nil
            }
            relationships = patched
        } else {
            let namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
            relationships = Array((head + "<Relationships xmlns=\"\(namespace)\">\(entries)</Relationships>").utf8)
        }
        parts = [
            (relationshipsPart, relationships), (commentsPart, Array(document.utf8)),
            (drawingPart, Array(Self.drawing(texts.map { ($0.row, $0.column) }, number: number).utf8)),
        ]
    }

    private static func drawing(_ places: [(row: Int, column: Int)], number: Int) -> String {
        let shapes = places.enumerated().map { index, place in
            """
            <v:shape id="_x0000_s\(number * 1024 + 1 + index)" type="#_x0000_t202" \
            style="position:absolute;margin-left:80pt;margin-top:5pt;width:220pt;height:80pt;z-index:\(index + 1);\
            visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>\
            <v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>\
            <v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>\
            <x:SizeWithCells/><x:Anchor>\(place.column), 15, \(max(place.row - 2, 0)), 10, \(place.column + 4), 15, \
            \(place.row + 3), 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>\(place.row - 1)</x:Row>\
            <x:Column>\(place.column - 1)</x:Column></x:ClientData></v:shape>
            """
        }
        return """
            <xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
            xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">\
            <o:idmap v:ext="edit" data="\(number)"/></o:shapelayout><v:shapetype id="_x0000_t202" \
            coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>\
            <v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>\(shapes.joined())</xml>
            """
    }
}

/// Adds elements at the end of a part's root.
enum RootPatch {
    /// Nil when the root uses a prefix, which no office program writes here.
    static func appended(_ elements: String, to bytes: [UInt8], part: String) throws -> [UInt8]? {
        var xml = try XMLStream(part: part, bytes: bytes)
        var patch = BytePatch()
        while true {
            switch try xml.next() {
            case .done: return patch.applied(to: bytes)
            case .start:
                guard xml.prefix.isEmpty else { return nil }
                if xml.depth == 1, xml.hasNoContent { return nil }
            case .end: if xml.depth == 0 { patch.insert(elements, at: xml.range.lowerBound) }
            }
        }
    }

    /// Takes out the elements whose attribute `name` has a value that `isTaken` says yes to.
    static func without(
        _ name: StaticString, in bytes: [UInt8], part: String, _ isTaken: (String) -> Bool
    ) throws -> [UInt8] {
        var xml = try XMLStream(part: part, bytes: bytes)
        var patch = BytePatch()
        while true {
            switch try xml.next() {
            case .done: return patch.applied(to: bytes)
            case .end: continue
            case .start:
                guard xml.depth == 2, let value = try xml.attribute(name), isTaken(value) else { continue }
                let start = xml.range.lowerBound
                try xml.skipElement()
                patch.replace(start..<xml.range.upperBound, "")
            }
        }
    }
}

/// Changes to what the whole archive says of its parts: `[Content_Types].xml` and the workbook's relationships.
struct PackagePatch {
    private static let typesPart = "[Content_Types].xml"
    private let zip: ZipReader
    private var types: [UInt8]
    private var added = ""
    private var relationships: (name: String, bytes: [UInt8])?

    init(_ zip: ZipReader) throws {
        self.zip = zip
        types = zip.contains(Self.typesPart) ? try zip.bytes(of: Self.typesPart) : []
    }

    mutating func add(_ comments: CommentParts) {
        let type = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
        added += "<Override PartName=\"/\(comments.commentsPart)\" ContentType=\"\(type)\"/>"
    }

    /// The chain names cells with formulas; one that is gone makes Excel offer a repair. Without the chain Excel makes
    /// a new one. Answers the part to be taken out.
    mutating func dropCalculationChain() throws -> String? {
        let main = try Relationships(of: "", in: zip).targets(ofType: "officeDocument").first ?? "xl/workbook.xml"
        guard let chain = try Relationships(of: main, in: zip).targets(ofType: "calcChain").first else { return nil }
        let file = Relationships.file(for: main)
        relationships = (
            file, try RootPatch.without("Type", in: zip.bytes(of: file), part: file) { $0.hasSuffix("/calcChain") }
        )
        types = try RootPatch.without("PartName", in: types, part: Self.typesPart) {
            $0.lowercased() == "/" + chain.lowercased()
        }
        return chain
    }

    var parts: [(name: String, bytes: [UInt8])] {
        get throws {
            var types = types
            if !added.isEmpty {
                let text = String(decoding: types, as: UTF8.self)
                let vml =
                    "<Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>"
                let hasVml = text.lowercased().contains("extension=\"vml\"")
                types = try RootPatch.appended((hasVml ? "" : vml) + added, to: types, part: Self.typesPart) ?? types
            }
            return [relationships, (Self.typesPart, types)].compactMap { $0 }
        }
    }
}
