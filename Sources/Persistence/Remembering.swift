/// What a connection remembers between its transactions, and of which state of the database.
final class Memory {
    /// Enough for those who work at the same time; a page of a list takes about 10 KiB.
    private static let most = 300

    private var stamp: String?
    private var values: [AnyHashable: any Sendable] = [:]

    /// Forgets everything that was found in another state.
    func keep(_ stamp: String) {
        guard stamp != self.stamp else { return }
        self.stamp = stamp
        values.removeAll(keepingCapacity: true)
    }

    subscript<T: Sendable>(_ key: AnyHashable) -> T? {
        // Without a value there is nothing to cast: nothing at all would pass for a remembered `nil`.
        get { values[key].flatMap { $0 as? T } }
        set {
            if values.count >= Self.most { values.removeAll(keepingCapacity: true) }
            values[key] = newValue
        }
    }
}

extension Connection {
    /// What `make` finds, or what it found on this connection when nobody has changed anything in the database since.
    /// For what one request after the other asks: who is there, how long a whole list is. `key` names all that `make`
    /// depends on besides the database. Where something is being changed, nothing is remembered.
    package func remembered<T: Sendable>(_ key: some Hashable & Sendable, _ make: () throws -> T) throws -> T {
        guard let memory = try currentMemory() else { return try make() }
        let key = AnyHashable(key)
        if let value: T = memory[key] { return value }
        let value = try make()
        memory[key] = value
        return value
    }
}
