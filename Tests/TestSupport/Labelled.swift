import Foundation
package import Persistence

// For tests that were written with a label. To go once they say it without.
extension TestDatabase {
    package static func with<T>(
        _ engine: TestEngine, migrations: [Migration], readers: Int = 4, _ body: (Database) async throws -> T
    ) async throws -> T { try await with(engine, migrations, readers: readers, body) }

    package static func withAddress<T>(
        _ engine: TestEngine, migrations: [Migration], _ body: (String) async throws -> T
    ) async throws -> T { try await withAddress(engine, migrations, body) }
}
