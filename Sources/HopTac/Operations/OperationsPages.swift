import Access
import HTTPTypes
import Hummingbird
import Kernel
import Persistence
import Records
import Web

/// What an administrator wants to know of the system itself.
struct OperationsPages: Sendable {
    let database: Database

    func register(in site: inout Site) {
        let audience = Audience.holders(.read, "operations")
        site.navigation.append(NavigationEntry(.administration, "operations.title", "/operations", may: audience))
        site.get("/operations", may: audience) { _, context in
            let now = context.clock.now()
            return try await database.read { db in
                OperationsPage(
                    now: now, engine: db.engine, backups: try ProvenBackup.list(10, in: db),
                    lastChange: try db.one("SELECT coalesce(max(id), 0) FROM records_change") { try $0[0] })
            }
        }
    }
}

/// GET /operations
struct OperationsPage: Page {
    let now: Instant
    let engine: Engine
    /// Newest first.
    let backups: [ProvenBackup]
    let lastChange: Int64

    /// A day and two hours: one of a nightly timer may take a while.
    private static let freshness: Int64 = 26 * 3_600_000

    func title(_ t: Texts) -> String { t["operations.title"] }

    func body(_ t: Texts) -> HTML {
        let last = backups.first
        let isFresh = last.map { now.milliseconds - $0.provenAt.milliseconds <= Self.freshness } ?? false
        let warning: HTML? =
            isFresh
            ? nil
            : notice(
                .warn,
                last == nil ? "\(t["operations.no-backup"])" : "\(t["operations.old-backup"])")
        return """
            \(heading(title(t)))<div class="stack">\(warning)
            <section class="sheet"><h2>\(t["operations.last-backup"])</h2>\
            \(facts(summary(last, t), t))</section>\(last.map { counts($0, t) })\(earlier(t))</div>
            """
    }

    private func summary(_ last: ProvenBackup?, _ t: Texts) -> [Fact] {
        [
            Fact(t["operations.proven-at"], last.map { "\(DateText.short($0.provenAt, t.language))" }),
            Fact(t["operations.taken-at"], last.map { "\(DateText.short($0.takenAt, t.language))" }),
            Fact(t["operations.file"], last.map { "\($0.file)" }),
            Fact(t["operations.bytes"], last.map { "\(NumberText.grouped($0.bytes, t.language))" }),
            Fact(t["operations.sha256"], last.map { "<code>\($0.sha256)</code>" }),
            Fact(
                t["operations.changes-since"],
                last.map { "\(NumberText.grouped(lastChange - $0.lastChange, t.language))" }),
            Fact(t["operations.version"], "\(Wiring.version)"),
            Fact(t["operations.engine"], "\(engine == .sqlite ? "SQLite" : "PostgreSQL")"),
        ]
    }

    private func counts(_ backup: ProvenBackup, _ t: Texts) -> HTML {
        func row(_ entry: (key: String, value: Int)) -> HTML {
            """
            <tr><td data-label="\(t["operations.table"])">\(entry.key)</td>\
            <td class="number" data-label="\(t["operations.rows"])">\(NumberText.grouped(entry.value, t.language))</td></tr>
            """
        }
        return """
            <section class="sheet"><h2>\(t["operations.counts"])</h2>\
            \(table(
                nil, head: "\(columnHead(t["operations.table"]))\(columnHead(t["operations.rows"], isNumber: true))",
                rows: "\(backup.counts.sorted { $0.key < $1.key }, row)"))</section>
            """
    }

    private func earlier(_ t: Texts) -> HTML? {
        guard backups.count > 1 else { return nil }
        func line(_ backup: ProvenBackup) -> Happening {
            Happening("\(backup.file)", when: DateText.short(backup.provenAt, t.language))
        }
        return """
            <section class="sheet"><h2>\(t["operations.earlier"])</h2>\(timeline(backups.dropFirst().map(line)))</section>
            """
    }
}
