package import Kernel

/// The three steps of the country's division. Districts ended on 2025-07-01.
package enum UnitLevel: Int, Comparable, CaseIterable, Sendable {
    case province = 1
    case district, commune

    /// Statistical codes have two digits for a province, three for a district, five for a commune (Decision
    /// 124/2004/QĐ-TTg); files with other codes are refused.
    package init?(code: String) {
        switch code.utf8.count {
        case 2: self = .province
        case 3: self = .district
        case 5: self = .commune
        default: return nil
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// An admin unit (đơn vị hành chính) as it was during one period. A unit that changes its name, kind or parent gets a
/// further version, often under the same code: Thị xã Tân Uyên and Thành phố Tân Uyên are two versions of 723.
/// A record keeps the version that it was written with; `Gazetteer` says where that lies on any other day.
package struct Unit: Hashable, Sendable {
    package typealias ID = Identifier<Unit>

    package var id: ID
    package let code: String
    /// Without the word for its kind: `Tân Uyên`.
    package let name: String
    /// `Thành phố Tân Uyên`.
    package let fullName: String
    /// As the decrees call it: `xã`, `phường`, `thị trấn`, `huyện`, `tỉnh` …
    package let kind: String
    package let level: UnitLevel
    /// The unit it is part of; a province has none.
    package let parentCode: String?
    /// `Day.distantPast` where it is older than the data.
    package let validFrom: Day
    /// The first day on which it is no more; `Day.distantFuture` while it lasts.
    package let validTo: Day
    /// Where the two days come from: `decree`, or `snapshot` of a list (then they may be some months late).
    package let dateBasis: String

    package func isValid(on day: Day) -> Bool { validFrom <= day && day < validTo }

    /// The word for its kind before its name, in small letters: `thành phố` also where `kind` is longer.
    var kindWord: String {
        guard fullName.hasSuffix(name) else { return kind.lowercased() }
        return normalised(fullName.dropLast(name.count).lowercased())
    }
}

/// One line of the list of successors: what became of a unit on a day.
package struct UnitSuccession: Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// All of it became, or became part of, the new unit.
        case whole
        /// Same code and area, another kind or name.
        case reclassified
        /// Only a part went to the new unit; a record of the old one must be given its new unit by a person.
        case part
        /// It ended and no unit of its level took its place.
        case abolished
        /// It lived through a reform as it was; said for completeness.
        case unchanged
    }

    package let oldCode: String
    /// None when `abolished`.
    package let newCode: String?
    package let day: Day
    package let kind: Kind
    /// The share of the old unit that went to the new one, 0…1, where known.
    package let share: Double?
    package let decree: String?
}

/// The codes above and at a place: `74.726.25918`, since 2025-07-01 `79.25906`. Ends early where a person must choose.
package struct UnitPath: Hashable, Sendable, CustomStringConvertible {
    package var province: String?
    package var district: String?
    package var commune: String?

    package var description: String { [province, district, commune].compactMap(\.self).joined(separator: ".") }

    /// The lowest code.
    package var last: String? { commune ?? district ?? province }

    /// As far as both agree.
    func shared(with other: UnitPath) -> UnitPath {
        guard province == other.province else { return UnitPath() }
        guard district == other.district else { return UnitPath(province: province) }
        return UnitPath(province: province, district: district, commune: commune == other.commune ? commune : nil)
    }
}

/// The part of a split unit that went to one of those that came after it. A record for which a person has chosen is
/// written with the part: until the day of the split it lies where the whole unit lay, from then on where the heir lies.
package struct UnitPart: Hashable, Sendable {
    package let id: Unit.ID
    /// What was split: a version of a unit, or a part itself.
    package let base: Unit.ID
    package let heir: Unit.ID
    /// The day of the split.
    package let from: Day
}
