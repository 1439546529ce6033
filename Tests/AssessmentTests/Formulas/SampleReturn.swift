import Assessment

/// A return that tells some things and not others.
enum SampleReturn {
    static let names: [String: FormulaType] = [
        "revenue": .number(.vnd), "planned": .number(.vnd), "profit": .number(.vnd), "lost": .number(.vnd),
        "members": .number(.person), "absent": .number(.person), "land": .number(.squareMetre),
        "share": .number(.none), "idle": .number(.none), "audited": .yesNo, "fined": .yesNo, "unsure": .yesNo,
    ]

    /// Of `lost`, `absent` and `unsure` nothing is known, of the year before only the revenue.
    static func value(_ input: FormulaInput) -> FormulaValue? {
        switch input.description {
        case "revenue": .number(1200)
        case "revenue.previous": .number(800)
        case "planned": .number(1000)
        case "profit": .number(-300)
        case "members": .number(40)
        case "land": .number(5000)
        case "share": Rational(1, over: 4).map { .number($0) }
        case "idle": .number(0)
        case "audited": .yesNo(true)
        case "fined": .yesNo(false)
        default: nil
        }
    }

    static func formula(_ text: String) throws -> Formula { try Formula(parsing: text, names: names) }

    static func outcome(_ text: String) throws -> String { written(try formula(text).evaluate(value).outcome) }

    /// `3/2`, `yes`, or what is missing behind a question mark and what went wrong behind an exclamation mark.
    static func written(_ outcome: FormulaOutcome) -> String {
        switch outcome {
        case .value(.number(let number)): "\(number)"
        case .value(.yesNo(let isYes)): isYes ? "yes" : "no"
        case .undetermined(let causes):
            "?" + causes.missing.map(\.description).sorted().joined(separator: ",")
                + causes.faults.map { "!\($0)" }.sorted().joined()
        }
    }

    /// `3 formula.unexpected found=)` for each error.
    static func errors(_ text: String) -> [String] {
        do {
            return ["\(try Formula(parsing: text, names: names))"]
        } catch {
            return error.all.map { error in
                let details = error.details.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
                return "\(error.column) \(error.code)\(details.joined())"
            }
        }
    }
}
