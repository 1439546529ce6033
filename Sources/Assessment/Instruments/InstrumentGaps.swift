import Kernel

extension Instrument {
    /// What is not known of it, or does not fit together: until there is none of these it cannot grade.
    package struct Gap: Sendable, Equatable {
        package let code: String
        package let details: [String: String]
    }

    package var gaps: [Gap] {
        var found: [Gap] = []
        func find(_ code: String, _ id: String, _ details: [String: String] = [:]) {
            found.append(Gap(code: code, details: details.merging(["id": id]) { own, _ in own }))
        }
        for criterion in criteria {
            if criterion.maximum == nil { find("instrument.no-maximum", criterion.id) }
            if !criterion.isWhole || criterion.items.isEmpty { find("instrument.items-unknown", criterion.id) }
            for item in criterion.items { gaps(of: item, find) }
            if let maximum = criterion.maximum, let sum = Self.sum(criterion.items.map(\.maximum)),
                criterion.isWhole, sum != maximum
            {
                find("instrument.sum-differs", criterion.id, ["sum": sum, "maximum": maximum].details)
            }
        }
        if let maximum {
            if let sum = Self.sum(criteria.map(\.maximum)), sum != maximum {
                find("instrument.sum-differs", code, ["sum": sum, "maximum": maximum].details)
            }
        } else {
            find("instrument.no-maximum", code)
        }
        let bounds = grades.map(\.from)
        if bounds.last != .zero || zip(bounds, bounds.dropFirst()).contains(where: { $0 <= $1 })
            || Set(grades.map(\.grade)).count != grades.count
        {
            find("instrument.grades-unknown", code)
        }
        return found
    }

    private func gaps(of item: Item, _ find: (String, String, [String: String]) -> Void) {
        if item.maximum == nil { find("instrument.no-maximum", item.id, [:]) }
        guard let rule = item.rule, item.isWhole else { return find("instrument.steps-unknown", item.id, [:]) }
        if case .bands(_, let bands) = rule, !Self.areWhole(bands) { find("instrument.bands-open", item.id, [:]) }
        if let maximum = item.maximum, let most = rule.most, most != maximum {
            find("instrument.steps-differ", item.id, ["most": most, "maximum": maximum].details)
        }
    }

    /// Each value has exactly one band: the first is open below, the last above, and each begins where one ends.
    private static func areWhole(_ bands: [Band]) -> Bool {
        guard let first = bands.first, let last = bands.last, first.lower == nil, last.upper == nil else {
            return false
        }
        return zip(bands, bands.dropFirst()).allSatisfy { band, next in
            guard let upper = band.upper, let lower = next.lower else { return false }
            return upper.value == lower.value && upper.isIncluded != lower.isIncluded
        }
    }

    /// `nil` where one is not known.
    static func sum(_ numbers: [Rational?]) -> Rational? {
        numbers.reduce(Rational.zero as Rational?) { sum, number in
            guard let sum, let number else { return nil }
            return sum.plus(number)
        }
    }
}

extension Instrument.Rule {
    /// The most points that its steps give; `nil` where the maximum itself says.
    fileprivate var most: Rational? {
        switch self {
        case .bands(_, let bands): bands.map(\.points).max()
        case .condition(_, let yes, let no): max(yes, no)
        case .choice(let answers): answers.map(\.points).max()
        case .share, .byPerson: nil
        }
    }
}

extension Rational {
    /// At most two decimals.
    func shown(_ t: Texts) -> String { shown(t.language) }

    func shown(_ language: Language) -> String {
        rounded(places: 2).map { NumberText.shown($0, language) } ?? decimal(places: 2)
    }
}

extension [String: Rational] {
    /// As details of a failure, in each language.
    fileprivate var details: [String: String] {
        let pairs = flatMap { name, number in
            Language.allCases.map { ("\(name).\($0.rawValue)", number.shown($0)) }
        }
        return [String: String](uniqueKeysWithValues: pairs)
    }
}
