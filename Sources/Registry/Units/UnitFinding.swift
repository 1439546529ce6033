package import Kernel

extension Gazetteer {
    /// What to tell whoever wrote `text` for a commune; nothing where it is the name and kind of the day.
    /// The place in the file is the caller's to fill in.
    package func finding(_ match: UnitMatch, text: String, district: String? = nil, on day: Day) -> Diagnostic? {
        var details = [
            "commune": normalised(text), "district": normalised(district ?? ""), "date": DateText.short(day, .vi),
        ]
        func described(_ units: [Unit], _ separator: String = "; ") -> String {
            units.map { fullName($0, on: max($0.validFrom, min(day, $0.validTo.adding(days: -1)))) }
                .joined(separator: separator)
        }
        switch match {
        case .one(_, .exact): return nil
        case .one(let unit, let likeness):
            details["unit"] = unit.fullName
            details["proposal"] = unit.fullName
            switch likeness {
            case .exact: return nil
            case .withoutDiacritics: return Diagnostic(.note, "unit.without-diacritics", details)
            case .spelling: return Diagnostic(.warning, "unit.spelling", details)
            case .otherKind: return Diagnostic(.warning, "unit.other-kind", details)
            case .outdatedKind:
                details["since"] = DateText.short(unit.validFrom, .vi)
                return Diagnostic(.note, "unit.outdated-kind", details)
            }
        case .several(let units):
            details["units"] = described(units)
            return Diagnostic(.error, "unit.ambiguous", details)
        case .otherDistrict(let units, let given):
            details["units"] = described(units)
            details["given"] = given.fullName
            return Diagnostic(.error, "unit.other-district", details)
        case .ended(let units):
            let now = units.flatMap { unit -> [Unit] in
                let place = whereabouts(of: unit.id, on: day)
                return place.map { [$0.unit].compactMap(\.self) + $0.choices } ?? []
            }
            details["units"] = described(units)
            details["now"] = described(now)
            details["since"] = units.map(\.validTo).max().map { DateText.short($0, .vi) } ?? ""
            return Diagnostic(.error, now.isEmpty ? "unit.ended" : "unit.replaced", details)
        case .unknownDistrict: return Diagnostic(.error, "unit.unknown-district", details)
        case .none:
            return Diagnostic(.error, district == nil ? "unit.unknown" : "unit.unknown-in-district", details)
        }
    }

    /// `Xã Tân Hiệp (Huyện Phú Giáo)`: the full name with the unit above it.
    package func fullName(_ unit: Unit, on day: Day) -> String {
        let parent = unit.parentCode.flatMap { self.unit($0, on: day) }
        return parent.map { "\(unit.fullName) (\($0.fullName))" } ?? unit.fullName
    }
}
