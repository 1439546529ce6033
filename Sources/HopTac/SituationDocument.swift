import Documents
import Foundation
import Kernel
import Records
import Registry

extension Wiring {
    /// The report as the province signs it: a template that an official can edit, filled with the figures by name.
    /// The tags are listed in docs/report-templates.md.
    static func situationDocument(_ report: SituationReport, _ gazetteer: Gazetteer, _ t: Texts) throws -> [UInt8] {
        guard let file = Registry.Embedded.files.first(where: { $0.path == "Assets/situation.docx" }),
            let bytes = Data(base64Encoded: "\(file.content)")
        else { throw Failure(.defect, "report.no-template") }
        return try DocxTemplate(bytes: [UInt8](bytes)).filled(
            SituationValues(report: report, gazetteer: gazetteer, t: t).all)
    }
}

/// The figures of the report as the template names them. The document is Vietnamese whoever asks for it.
private struct SituationValues {
    let report: SituationReport
    let gazetteer: Gazetteer
    let t: Texts

    private static let founders = ["farmers_union", "womens_union", "veterans_association", "youth_union", "other"]

    var all: [String: TemplateValue] {
        var values: [String: TemplateValue] = [:]
        for figure in report.figures {
            guard let value = report[figure.id] else {
                values[figure.id] = .text("")
                values["\(figure.id).not_reported"] = .text("")
                continue
            }
            values[figure.id] = .text(said(value))
            values["\(figure.id).not_reported"] = .text(
                value.tally.notReported == 0 ? "" : NumberText.grouped(value.tally.notReported, .vi))
        }
        for id in ["cooperatives.unknown_kind", "cooperatives.unknown_status", "cooperatives.unknown_scale"]
        where report[id]?.tally.members == 0 { values[id] = .text("") }
        values.merge(frame) { $1 }
        values["founders"] = .list(
            Self.founders.compactMap { founder in
                guard let groups = report["groups.\(founder)"], groups.tally.members > 0 else { return nil }
                return [
                    "name": .text(t["founder.\(founder)"]), "groups": .text(said(groups)),
                    "members": .text(said(report["group_members.\(founder)"])),
                ]
            })
        values["units"] = .list(rows("cooperatives", cooperativeCells))
        values["units_total"] = .list([cooperativeCells(nil)])
        values["group_units"] = .list(rows("groups", groupCells))
        values["group_units_total"] = .list([groupCells(nil)])
        return values
    }

    /// A row of table 1, without a unit its total.
    private func cooperativeCells(_ code: String?) -> [String: TemplateValue] {
        [
            "cooperatives": cell("cooperatives", code), "crop": cell("cooperatives.crop", code),
            "livestock": cell("cooperatives.livestock", code), "general": cell("cooperatives.general", code),
            "members": cell("members", code), "women": cell("members.women", code),
            "charter_capital": cell("charter_capital", code),
        ]
    }

    /// A row of table 2, without a unit its total.
    private func groupCells(_ code: String?) -> [String: TemplateValue] {
        var row = ["groups": cell("groups", code), "members": cell("group_members", code)]
        for founder in Self.founders { row[founder] = cell("groups.\(founder)", code) }
        return row
    }

    /// Head and foot. What the register does not know stays a dotted line for the office to fill in.
    private var frame: [String: TemplateValue] {
        let place = province.map { $0.prefix(1).lowercased() + $0.dropFirst() } ?? "các tỉnh, thành phố"
        let day = report.asOf
        return [
            "issuer.superior": .text("UBND \(unbroken(place.uppercased()))"), "issuer.name": .text("SỞ ………………………"),
            "issuer.symbol": .text("………"), "issuer.unit": .text("………"),
            "issued.place": .text(issuePlace ?? "………"),
            "receiver": .text("Ủy ban nhân dân \(place)"), "place": .text(place),
            "as_of": .text(DateText.short(day, .vi)), "since": .text(DateText.short(report.since, .vi)),
            "sections": .list(addedSections),
            "scale.basis": .text(ScaleClass.basis(day)?.sentence(on: day, t) ?? ""),
            "recipients": .list([["name": .text("Như trên")], ["name": .text("Lãnh đạo Sở")]]),
            "signature.authority": .text("GIÁM ĐỐC"), "signature.name": .text(""),
            "notes": .list(notes.map { ["text": .text($0)] }),
        ]
    }

    /// What the features after the register say: numbered on from the two parts of the template.
    private var addedSections: [[String: TemplateValue]] {
        let numerals = ["III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
        let said = report.sections.compactMap { section in
            let paragraphs = section.paragraphs(report, t)
            return paragraphs.isEmpty ? nil : (section.name, paragraphs)
        }
        return zip(numerals, said).map { numeral, section in
            [
                "title": .text("\(numeral). \(t("report.section-\(section.0)", ["year": "\(report.asOf.year - 1)"]))"),
                "paragraphs": .list(section.1.map { ["text": .text($0)] }),
            ]
        }
    }

    /// The full name of the province in which all records lie, if it is one.
    private var province: String? {
        let all = report["cooperatives"]?.tally.members
        return gazetteer.units(.province, on: report.asOf)
            .first { report["cooperatives", unit: $0.code]?.tally.members == all }?.fullName
    }

    /// The name stays on one line: `UBND THÀNH PHỐ` breaks before `HỒ CHÍ MINH`, not within.
    private func unbroken(_ place: String) -> String {
        let kind = ["THÀNH PHỐ ", "TỈNH "].first { place.hasPrefix($0) } ?? ""
        return kind + place.dropFirst(kind.count).replacing(" ", with: "\u{A0}")
    }

    /// `Bình Dương` and `Thành phố Hồ Chí Minh`: the line of place and date names a province without its kind.
    private var issuePlace: String? {
        province.map { $0.hasPrefix("Tỉnh ") ? String($0.dropFirst(5)) : $0 }
    }

    private var notes: [String] {
        ["members", "members.women", "charter_capital", "group_members"].compactMap { id in
            guard let value = report[id], value.tally.notReported > 0 else { return nil }
            return t(
                "report.not-reported",
                [
                    "figure": t["figure.\(id)"], "count": NumberText.grouped(value.tally.notReported, .vi),
                    "all": NumberText.grouped(value.tally.members, .vi),
                ])
        }
    }

    private func rows(_ figure: String, _ cells: (String?) -> [String: TemplateValue]) -> [[String: TemplateValue]] {
        report.lines.filter { report[figure, unit: $0.code]?.tally.members ?? 0 > 0 }.enumerated().map { index, line in
            cells(line.code).merging([
                "number": .text("\(index + 1)"),
                "name": .text(line.unit?.fullName ?? t["situation.needs-choice"]),
            ]) { $1 }
        }
    }

    private func cell(_ id: String, _ code: String?) -> TemplateValue {
        guard let value = report[id, unit: code] else { return .text("-") }
        return .text(value.value == 0 ? "-" : said(value))
    }

    /// Empty where nothing is reported: unknown is not zero.
    private func said(_ value: SituationReport.Value?) -> String {
        guard let value, let number = value.value else { return "" }
        return switch value.figure.unit {
        case .vnd: NumberText.millions(Money(vnd: number), .vi)
        case .squareMetres: NumberText.hectares(Area(squareMetres: number), .vi)
        case .count, .persons: NumberText.grouped(number, .vi)
        }
    }
}
