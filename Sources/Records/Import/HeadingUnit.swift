import Kernel

/// The unit in which a column states money.
package enum MoneyUnit: Int64, Sendable {
    case dong = 1
    case thousand = 1_000
    case million = 1_000_000
    case billion = 1_000_000_000

    /// From `(triệu đồng)`, `(tr.đ)`, `(1.000 đ)`, `vốn tính bằng đồng`, `(million VND)`. `nil` where there is none or none
    /// that is known: `Vốn hoạt động`, `(trăm triệu đồng)`.
    init?(in text: String) {
        let units = headingUnits(text).compactMap { unit -> Int64? in
            if case .money(let factor) = unit { factor } else { nil }
        }
        guard let unit = units.first.flatMap(MoneyUnit.init) else { return nil }
        self = unit
    }

    package var textKey: String { "unit.\(self)" }
}

/// The unit in which a column states areas. `other`: one that cannot be converted, such as công, sào and mẫu, which
/// differ from region to region.
package enum AreaUnit: Sendable {
    case hectare, squareMetre, other

    /// From `(ha)`, `(m²)`, `(công)`.
    init?(in text: String) {
        guard let unit = headingUnits(text).first else { return nil }
        switch unit {
        case .hectare: self = .hectare
        case .squareMetre: self = .squareMetre
        default: self = .other
        }
    }

    /// m² in one of it.
    package var squareMetres: Int64? {
        switch self {
        case .hectare: 10_000
        case .squareMetre: 1
        case .other: nil
        }
    }
}

/// The units of measure that a heading or a line above the table names. A unit fills what stands between brackets,
/// colons or commas; a word that only sounds like one (`hoạt động`, `hợp đồng`) is none.
private func headingUnits(_ text: String) -> [MeasureUnit] {
    fold(text).split { "()[]:;,/\n".contains($0) }.compactMap { part in
        let words = part.split(separator: " ")
        // `vốn điều lệ tính bằng đồng`, `ĐVT triệu đồng`
        let start = words.lastIndex { ["bang", "dvt", "tinh"].contains($0) }.map { $0 + 1 } ?? 0
        return headingUnit(words[start...].joined(separator: " "))
    }
}

private func headingUnit(_ words: String) -> MeasureUnit? {
    var name = words.filter { $0 != " " && $0 != "." }
    for country in ["vietnam", "vn"] where name.hasSuffix(country) && name.count > country.count {
        name.removeLast(country.count)
    }
    if let known = NumberText.unit(named: name) ?? englishUnits[name] { return known }
    // `1.000 đ`; `1000 m2`, which is none of the units that are converted.
    let number = name.prefix { $0.isNumber }
    guard !number.isEmpty, let unit = NumberText.unit(named: name.dropFirst(number.count)) else { return nil }
    if case .money(1) = unit { return Int64(number).flatMap(MoneyUnit.init).map { .money($0.rawValue) } }
    return unit == .squareMetre || unit == .hectare ? .localArea : nil
}

private let englishUnits: [String: MeasureUnit] = [
    "thousandvnd": .money(1_000), "millionvnd": .money(1_000_000), "billionvnd": .money(1_000_000_000),
    "hectares": .hectare, "hectare": .hectare, "sqm": .squareMetre, "km2": .localArea, "acres": .localArea,
]
