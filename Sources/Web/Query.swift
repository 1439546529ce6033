import Kernel

/// What an address asks after its `?`: names and values in order, without the empty ones that a form sends for fields
/// left blank, so that the same question has the same address.
package struct Query: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var items: [Item] = []

    /// More names than any page has is no honest question.
    package static let mostItems = 64

    package init(_ items: [Item] = []) { self.items = items.filter { !$0.value.isEmpty } }

    /// Throws `query.unreadable` for broken percent-encoding or UTF-8, `query.too-long` for too many names.
    package init(parsing text: some StringProtocol, most: Int = mostItems) throws {
        guard !text.isEmpty else { return }
        for pair in text.split(separator: "&") {
            let end = pair.firstIndex(of: "=") ?? pair.endIndex
            guard let name = PercentCoding.decoded(pair[..<end], plusIsSpace: true),
                let value = PercentCoding.decoded(pair[end...].dropFirst(), plusIsSpace: true)
            else { throw Failure(.usage, "query.unreadable") }
            guard !name.isEmpty, !value.isEmpty else { continue }
            guard items.count < most else { throw Failure(.usage, "query.too-long") }
            items.append(Item(name, value))
        }
    }

    package var isEmpty: Bool { items.isEmpty }

    /// The first value of a name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// The words to search, `q`. Throws `list.search-too-long`: no name in the register comes near the limit.
    package func words() throws -> String {
        let words = self["q"] ?? ""
        guard words.count <= Query.longestWords else {
            throw Failure(.usage, "list.search-too-long", ["limit": "\(Query.longestWords)"])
        }
        return words
    }
    static let longestWords = 200

    /// All values of a name that may be given several times.
    package func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// The same question with this name asked once, where it stood first, or at the end. An empty value takes it away.
    package func with(_ name: String, _ value: String?) -> Query {
        guard let value, !value.isEmpty else { return without(name) }
        var query = Query()
        var isPlaced = false
        for item in items {
            if item.name != name {
                query.items.append(item)
            } else if !isPlaced {
                query.items.append(Item(name, value))
                isPlaced = true
            }
        }
        if !isPlaced { query.items.append(Item(name, value)) }
        return query
    }

    package func without(_ names: String...) -> Query { Query(items.filter { !names.contains($0.name) }) }

    package func only(_ names: String...) -> Query { Query(items.filter { names.contains($0.name) }) }

    /// `q=c%C3%A2y&unit=25747`.
    package var text: String {
        items.map { "\(PercentCoding.encoded($0.name))=\(PercentCoding.encoded($0.value))" }.joined(separator: "&")
    }

    /// The address of this question to a page: `/cooperatives?q=…`, or `/cooperatives` when nothing is asked.
    package func link(_ path: String) -> String { isEmpty ? path : "\(path)?\(text)" }

    /// Hidden fields that carry the question through a form whose own fields are `names`.
    package func carried(except names: String...) -> HTML {
        let carried = items.filter { !names.contains($0.name) }
        return "\(carried, { hiddenField($0.name, $0.value) })"
    }
}
