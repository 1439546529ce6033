import Kernel
import Records
import Yams

extension Instrument {
    /// Reads the YAML text of an instrument. Throws `instrument.unreadable` with the line, and for what a line means
    /// wrongly the code of that with the criterion or item.
    package init(yaml: String) throws {
        let file: InstrumentFile
        do {
            file = try YAMLDecoder().decode(InstrumentFile.self, from: yaml)
        } catch {
            throw Failure(.invalid, "instrument.unreadable", ["reason": "\(error)".prefix(400).description])
        }
        code = file.code
        firstYear = file.years?.from.map { Year($0) }
        lastYear = file.years?.to.map { Year($0) }
        maximum = try file.max_total.map { try Self.number($0, "max_total") }
        criteria = try file.criteria.map { criterion in
            Criterion(
                id: criterion.id, name: criterion.name,
                maximum: try criterion.max.map { try Self.number($0, criterion.id) },
                isWhole: criterion.complete ?? true, items: try (criterion.items ?? []).map(Self.item))
        }
        let ids = criteria.map(\.id) + criteria.flatMap(\.items).map(\.id)
        if let twice = Dictionary(grouping: ids, by: \.self).first(where: { $1.count > 1 }) {
            throw Failure(.invalid, "instrument.twice", ["id": twice.key])
        }
        grades = try file.grades.map { band in
            guard let grade = Grade(rawValue: band.grade) else {
                throw Failure(.invalid, "instrument.unknown-grade", ["grade": band.grade])
            }
            return GradeBand(grade: grade, from: try Self.number(band.from, band.grade))
        }
        overrides = try (file.overrides ?? []).map { override in
            guard let grade = Grade(rawValue: override.grade) else {
                throw Failure(.invalid, "instrument.unknown-grade", ["grade": override.grade])
            }
            return Override(
                when: try Self.condition(override.when, override.name), grade: grade, name: override.name)
        }
        exclusions = try (file.exclusions ?? []).map { exclusion in
            guard let reason = Exclusion(rawValue: exclusion.reason) else {
                throw Failure(.invalid, "instrument.unknown-exclusion", ["reason": exclusion.reason])
            }
            return ExclusionRule(
                reason: reason, when: try Self.condition(exclusion.when, exclusion.name), name: exclusion.name)
        }
    }

    private static func condition(_ text: String, _ id: String) throws -> Formula {
        let formula = try formula(text, id)
        guard formula.type == .yesNo else { throw Failure(.invalid, "instrument.no-condition", ["id": id]) }
        return formula
    }

    private static func item(_ file: InstrumentFile.Item) throws -> Item {
        Item(
            id: file.id, name: file.name, maximum: try file.max.map { try number($0, file.id) },
            rule: try rule(file), isWhole: file.complete ?? true, evidence: file.evidence, note: file.note)
    }

    private static func rule(_ file: InstrumentFile.Item) throws -> Rule? {
        if file.by_person ?? false { return .byPerson }
        if let choices = file.choices {
            return .choice(
                try choices.map {
                    Answer(code: $0.code, name: $0.name, points: try number($0.points, file.id))
                })
        }
        guard let text = file.formula else { return nil }
        let formula = try formula(text, file.id)
        if file.share ?? false {
            guard formula.type == .number(.none) || formula.type == .bareNumber else {
                throw Failure(.invalid, "instrument.no-share", ["id": file.id])
            }
            return .share(formula)
        }
        if formula.type == .yesNo {
            return .condition(
                formula, yes: try number(file.yes ?? "0", file.id), no: try number(file.no ?? "0", file.id))
        }
        guard let bands = file.bands else { return nil }
        return .bands(formula, try bands.map { try band($0, file.id) })
    }

    private static func band(_ file: InstrumentFile.Band, _ id: String) throws -> Band {
        func bound(_ included: String?, _ excluded: String?) throws -> Bound? {
            guard included == nil || excluded == nil else {
                throw Failure(.invalid, "instrument.two-bounds", ["id": id])
            }
            if let included { return Bound(value: try number(included, id), isIncluded: true) }
            return try excluded.map { Bound(value: try number($0, id), isIncluded: false) }
        }
        return Band(
            lower: try bound(file.from, file.above), upper: try bound(file.upto, file.below),
            points: try number(file.points, id))
    }

    /// `1_000_000_000`, `1.2`, `20 %`: a number as formulas write it.
    private static func number(_ text: String, _ id: String) throws -> Rational {
        let formula = try formula(text, id)
        guard case .value(.number(let number)) = formula.evaluate({ _ in nil }).outcome else {
            throw Failure(.invalid, "instrument.no-number", ["id": id, "text": text])
        }
        return number
    }

    /// The first error, with its column.
    private static func formula(_ text: String, _ id: String) throws -> Formula {
        do {
            return try Formula(parsing: text, names: names)
        } catch {
            let first = error.all[0]
            throw Failure(
                .invalid, "instrument.formula",
                [
                    "id": id, "column": "\(first.column)", "problem": "@\(first.code)", "text": text,
                    "found": first.details["found"] ?? first.details["name"] ?? "",
                ])
        }
    }
}

/// The file's own shape.
private struct InstrumentFile: Decodable {
    struct Years: Decodable {
        let from: Int?
        let to: Int?
    }
    struct Criterion: Decodable {
        let id: String
        let name: String
        let max: String?
        let complete: Bool?
        let items: [Item]?
    }
    struct Item: Decodable {
        let id: String
        let name: String
        let max: String?
        let formula: String?
        let bands: [Band]?
        let yes: String?
        let no: String?
        let share: Bool?
        let choices: [Choice]?
        let by_person: Bool?
        let complete: Bool?
        let evidence: String?
        let note: String?
    }
    struct Band: Decodable {
        let from: String?
        let above: String?
        let below: String?
        let upto: String?
        let points: String
    }
    struct Choice: Decodable {
        let code: String
        let name: String
        let points: String
    }
    struct GradeBand: Decodable {
        let grade: String
        let from: String
    }
    struct Override: Decodable {
        let when: String
        let grade: String
        let name: String
    }
    struct Exclusion: Decodable {
        let reason: String
        let when: String
        let name: String
    }

    let code: String
    let years: Years?
    let max_total: String?
    let criteria: [Criterion]
    let grades: [GradeBand]
    let overrides: [Override]?
    let exclusions: [Exclusion]?
}
