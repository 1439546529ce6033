import Access
import Kernel
import Persistence
import Web

extension Wiring {
    /// What `/readyz` asks and `/metrics` tells beside the requests. Numbers of the whole, and of nobody.
    static func monitoring(_ database: Database, _ access: AccessControl) -> Monitoring {
        Monitoring {
            let pending = try await database.pendingMigrations(migrations)
            guard pending.isEmpty else {
                throw Failure(.unavailable, "database.older", ["database": "", "steps": "\(pending.count)"])
            }
        } gauges: {
            let load = database.load
            var gauges = [
                Gauge("hoptac_database_transactions_total", "Transactions begun.", .counter, Double(load.begun)),
                Gauge("hoptac_database_running", "Transactions that run now.", .gauge, Double(load.running)),
                Gauge(
                    "hoptac_database_waiting", "Transactions that wait for a connection or a writer.", .gauge,
                    Double(load.open - load.running)),
                Gauge(
                    "hoptac_database_wait_seconds_total", "How long transactions have waited to begin.", .counter,
                    load.waited / .seconds(1)),
                Gauge("hoptac_sessions_open", "Open sessions.", .gauge, Double(try await access.openSessions())),
            ]
            if let last = try await database.read({ try ProvenBackup.list(1, in: $0).first }) {
                gauges.append(
                    Gauge(
                        "hoptac_backup_proven_timestamp_seconds", "When a backup was last restored and compared.",
                        .gauge, Double(last.provenAt.milliseconds / 1000)))
            }
            return gauges
        }
    }
}
