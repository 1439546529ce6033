import Foundation
import Kernel

/// What `xl/workbook.xml` and the relationships around it say: which sheets there are and where the parts lie.
struct WorkbookPart {
    struct Sheet {
        var name: String
        var isHidden: Bool
        var part: String
    }

    var sheets: [Sheet] = []
    var countsFrom1904 = false
    var stylesPart: String?
    var stringsPart: String?

    init(in zip: ZipReader, limits: WorkbookLimits) throws {
        let part = try Self.mainPart(of: zip)
        let relationships = try Relationships(of: part, in: zip)
        stylesPart = relationships.targets(ofType: "styles").first(where: zip.contains)
        stringsPart = relationships.targets(ofType: "sharedStrings").first(where: zip.contains)
        var xml = try XMLStream(zip.stream(of: part))
        var names: Set<String> = []
        while true {
            switch try xml.next() {
            case .done: return
            case .end: continue
            case .start:
                if xml.depth == 1, !xml.isNamed("workbook") {
                    throw Failure(.invalid, "workbook.not-a-workbook", ["format": "XML"])
                }
                if xml.depth == 2, xml.isNamed("workbookPr") {
                    countsFrom1904 = xml.flag("date1904")
                } else if xml.depth == 3, xml.isNamed("sheet") {
                    guard sheets.count < limits.sheets else {
                        throw Failure(.invalid, "workbook.too-many-sheets", ["limit": "\(limits.sheets)"])
                    }
                    guard let id = try xml.attribute("id"), let relationship = relationships.byId[id] else {
                        throw Failure(.invalid, "workbook.missing-part", ["part": "\(part) sheet \(sheets.count + 1)"])
                    }
                    // Chart sheets and old macro sheets have no rows.
                    guard relationship.type == "worksheet" else { continue }
                    guard zip.contains(relationship.target) else {
                        throw Failure(.invalid, "workbook.missing-part", ["part": relationship.target])
                    }
                    let name = try xml.attribute("name") ?? ""
                    guard names.insert(name.lowercased()).inserted else { throw xml.failure("sheet") }
                    let state = try xml.attribute("state") ?? "visible"
                    sheets.append(Sheet(name: name, isHidden: state != "visible", part: relationship.target))
                } else if xml.depth == 2, !xml.isNamed("sheets") {
                    try xml.skipElement()
                }
            }
        }
    }

    private static func mainPart(of zip: ZipReader) throws -> String {
        let roots = try Relationships(of: "", in: zip)
        if let part = roots.targets(ofType: "officeDocument").first {
            guard zip.contains(part) else { throw Failure(.invalid, "workbook.missing-part", ["part": part]) }
            if part.lowercased().hasSuffix(".bin") { throw Failure(.invalid, "workbook.binary-format") }
            if part.lowercased().hasPrefix("word/") { throw refusal("Word") }
            if part.lowercased().hasPrefix("ppt/") { throw refusal("PowerPoint") }
            return part
        }
        if zip.contains("xl/workbook.xml") { return "xl/workbook.xml" }
        if zip.contains("mimetype") { throw refusal("OpenDocument") }
        throw refusal("ZIP")
    }

    private static func refusal(_ format: String) -> Failure {
        Failure(.invalid, "workbook.not-a-workbook", ["format": format])
    }
}

/// The relationships of a part (ECMA-376 part 2, 9.3): where other parts lie and what they are.
struct Relationships {
    /// `type` is the last step of the type's address, which is the same in the transitional and the strict form.
    /// `target` is a name in the archive.
    var byId: [String: (type: String, target: String)] = [:]
    private var order: [String] = []

    /// Those of `part`; of the whole package where `part` is empty. A part without a file of relationships has none.
    init(of part: String, in zip: ZipReader) throws {
        let file = Self.file(for: part)
        guard zip.contains(file) else { return }
        var xml = try XMLStream(zip.stream(of: file))
        while true {
            switch try xml.next() {
            case .done: return
            case .end: continue
            case .start:
                guard xml.isNamed("Relationship"), let id = try xml.attribute("Id"),
                    let type = try xml.attribute("Type"), let target = try xml.attribute("Target"),
                    try xml.attribute("TargetMode") != "External"
                else { continue }
                guard order.count < 10_000 else { throw xml.failure("long") }
                guard let name = Self.resolved(target, from: part) else {
                    throw Failure(.invalid, "archive.name", ["part": String(target.prefix(100))])
                }
                order.append(id)
                byId[id] = (String(type.split(separator: "/").last ?? ""), name)
            }
        }
    }

    func targets(ofType type: String) -> [String] {
        order.compactMap { byId[$0] }.filter { $0.type == type }.map(\.target)
    }

    /// `xl/workbook.xml` has its relationships in `xl/_rels/workbook.xml.rels`.
    static func file(for part: String) -> String {
        var steps = part.split(separator: "/").map(String.init)
        let last = steps.popLast() ?? ""
        return (steps + ["_rels", last + ".rels"]).joined(separator: "/")
    }

    /// A target, absolute from the archive's root or relative to the folder of `part`; nil when it leads out of it.
    static func resolved(_ target: String, from part: String) -> String? {
        let target = target.replacing("\\", with: "/")
        var steps = target.hasPrefix("/") ? [] : part.split(separator: "/").dropLast().map(String.init)
        for step in target.split(separator: "/").map(String.init) {
            switch step {
            case ".": continue
            case "..": if steps.popLast() == nil { return nil }
            default: steps.append(step.removingPercentEncoding ?? step)
            }
        }
        return steps.joined(separator: "/")
    }
}
