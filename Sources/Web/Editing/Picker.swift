package import Access
import Hummingbird
package import Persistence
import Records

/// How a form names another record: by words that people type, which the server resolves. Suggestions while typing are
/// an addition for browsers with JavaScript.
package struct Picker: Sendable {
    /// The records that the words may mean, best first, at most as many as one can choose among.
    package var search: @Sendable (_ words: String, Viewer, Connection) throws -> [Option]
    /// What a record is called, in words that find it again; `nil` where the viewer may not read it.
    package var label: @Sendable (_ value: String, Viewer, Connection) throws -> String?

    package static let most = 12

    package init(
        search: @escaping @Sendable (String, Viewer, Connection) throws -> [Option],
        label: @escaping @Sendable (String, Viewer, Connection) throws -> String?
    ) {
        self.search = search
        self.label = label
    }
}

extension Picker {
    /// The route that suggests labels while one types: `/pick/unit?q=tan my`.
    package func register(_ name: String, may audience: Audience, _ database: Database, in site: inout Site) {
        site.get("/pick/\(name)", may: audience) { _, context in
            let (viewer, words) = (try context.viewer, context.query["q"] ?? "")
            let found = try await database.read { try search(words, viewer, $0) }
            let labels = found.map { JSONText.quoted($0.label) }.joined(separator: ",")
            return Response.download(Array("[\(labels)]".utf8), type: "application/json", file: nil)
        }
    }
}

/// What the words in a picker's field came to.
enum Picked: Equatable {
    case nothing
    case one(String)
    case unknown
    case several([Option])

    static func == (a: Picked, b: Picked) -> Bool {
        switch (a, b) {
        case (.nothing, .nothing), (.unknown, .unknown): true
        case (.one(let a), .one(let b)): a == b
        case (.several(let a), .several(let b)): a.map(\.value) == b.map(\.value)
        default: false
        }
    }
}

extension Picker {
    /// `chosen`: what was ticked among several. `current`: what the record has now, kept while its label stands there.
    func pick(
        _ words: String, chosen: String?, current: String?, _ viewer: Viewer, _ db: Connection
    ) throws -> Picked {
        if let chosen, try label(chosen, viewer, db) != nil { return .one(chosen) }
        guard !words.isEmpty else { return .nothing }
        if let current, try label(current, viewer, db) == words { return .one(current) }
        let found = try search(words, viewer, db)
        if let exact = found.first(where: { $0.label == words }) { return .one(exact.value) }
        return found.isEmpty ? .unknown : found.count == 1 ? .one(found[0].value) : .several(found)
    }
}
