import Access
import Kernel
import Persistence
import Records
package import Web

extension RegistryPages {
    /// How forms name units, and the records of the lists, each in words that people know.
    package var pickers: [String: Picker] {
        var pickers = [
            "unit": unitPicker([.commune]), "body.unit": unitPicker(UnitLevel.allCases),
            "holding.organisation": organisationPicker,
        ]
        for listing in listings { pickers[listing.type] = picker(of: listing) }
        return pickers
    }

    /// By name, with or without diacritics: units of today first, then those of earlier times.
    private func unitPicker(_ levels: [UnitLevel]) -> Picker {
        let gazetteer = gazetteer
        return Picker { words, _, db in
            let gazetteer = try gazetteer.gazetteer(db)
            let words = words.foldedWords
            guard !words.isEmpty else { return [] }
            var (today, earlier): ([Option], [Option]) = ([], [])
            for unit in gazetteer.all where levels.contains(unit.level) {
                let label = gazetteer.label(unit)
                guard Set(words).isSubset(of: label.foldedWords) else { continue }
                let option = Option("\(unit.id)", label)
                if unit.validTo == .distantFuture { today.append(option) } else { earlier.append(option) }
            }
            return Array((today.isEmpty ? earlier : today).prefix(Picker.most))
        } label: { value, _, db in
            let gazetteer = try gazetteer.gazetteer(db)
            return Identifier<Unit>(value).flatMap(gazetteer.unit).map(gazetteer.label)
        }
    }

    /// `HTX Cây có múi · 3700123456`, or with the commune where there is no tax code.
    private func picker(of listing: Listing) -> Picker {
        let column = { (name: String) in listing.columns.firstIndex { $0.name == name } }
        let (name, code, unit) = (column("name"), column("tax_code"), column("unit"))
        @Sendable func label(_ row: ListPage.Row) -> String {
            func text(_ index: Int?) -> String? {
                if let index, case .text(let text) = row.values[index] { text } else { nil }
            }
            return [text(name), text(code) ?? text(unit)].compactMap(\.self).joined(separator: " · ")
        }
        @Sendable func rows(_ words: String, _ viewer: Viewer, _ db: Connection) throws -> [ListPage.Row] {
            var query = ListQuery(asOf: .distantFuture.adding(days: -1), viewer.rows(.read, listing.type))
            query.search = words
            query.limit = Picker.most
            return viewer.may(.read, listing.type) ? try listing.page(query, in: db).rows : []
        }
        return Picker { words, viewer, db in
            var found = try rows(words, viewer, db)
            // A label's second part is not what the search reads.
            if found.isEmpty, let end = words.firstRange(of: " · ") {
                found = try rows(String(words[..<end.lowerBound]), viewer, db)
            }
            return found.map { Option("\($0.id)", label($0)) }
        } label: { value, viewer, db in
            guard let id = Int64(value) else { return nil }
            let day = Day.distantFuture.adding(days: -1)
            return try listing.row(id, asOf: day, viewer.rows(.read, listing.type), in: db).map(label)
        }
    }

    /// Whom an account may act for: `body:3`, `cooperative:12`, `group:5`.
    private var organisationPicker: Picker {
        let pickers = ["body", "cooperative", "group"].compactMap { type in
            listings.first { $0.type == type }.map { (type: type, picker: picker(of: $0)) }
        }
        return Picker { words, viewer, db in
            var found: [Option] = []
            for (type, picker) in pickers {
                found += try picker.search(words, viewer, db).map { Option("\(type):\($0.value)", $0.label) }
            }
            return Array(found.prefix(Picker.most))
        } label: { value, viewer, db in
            guard let ref = OrganisationRef(value), let picker = pickers.first(where: { $0.type == ref.type }) else {
                return nil
            }
            return try picker.picker.label("\(ref.id)", viewer, db)
        }
    }
}

extension String {
    /// `Xã Tân Mỹ, Huyện Bắc Tân Uyên` as `xa`, `tan`, `my` …
    var foldedWords: [String] { fold(self).split { !$0.isLetter && !$0.isNumber }.map(String.init) }
}

extension Gazetteer {
    /// The unit with the one above it; with the day of its end where it is no more.
    func label(_ unit: Unit) -> String {
        let day = max(unit.validFrom, unit.validTo == .distantFuture ? unit.validFrom : unit.validTo.adding(days: -1))
        let above = unit.parentCode.flatMap { self.unit($0, on: day) ?? versions(of: $0).last }
        let name = [unit.fullName, above?.fullName].compactMap(\.self).joined(separator: ", ")
        guard unit.validTo < .distantFuture else { return name }
        return "\(name) (–\(DateText.short(PartialDay(unit.validTo), .vi)))"
    }
}
