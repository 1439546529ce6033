import Kernel

/// Stored subjects whose names are nearly that of a row, in the row's unit. They are proposed and never taken by
/// themselves. A unit's names are taken apart when the first row asks for them.
struct NearNames {
    /// With more names in a unit only equal cores are compared: who compares each with each takes minutes.
    private static let most = 200

    private let index: MatchIndex
    private var units: [Int64: [(subject: Int64, name: BusinessName)]] = [:]

    init(_ index: MatchIndex) { self.index = index }

    mutating func subjects<Form: ImportForm>(of entry: Form.Entry, _ form: Form.Type) -> [Int64] {
        guard let (name, unit) = Form.neighbourhood(of: entry) else { return [] }
        let names = units[unit] ?? (index.names[unit] ?? []).map { ($0.subject, BusinessName($0.name)) }
        units[unit] = names
        guard !names.isEmpty else { return [] }
        let asked = BusinessName(name)
        let isSmall = names.count <= Self.most
        let near = names.filter { isSmall ? asked.isNear($0.name) : asked.core == $0.name.core }.map(\.subject)
        return Set(near).sorted()
    }
}
