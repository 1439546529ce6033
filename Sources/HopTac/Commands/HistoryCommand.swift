import ArgumentParser
import Kernel
import Persistence
import Records
import Registry

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Shows who changed what of a record, newest first.")
    @OptionGroup var settings: Settings
    @OptionGroup var remote: RemoteSettings
    @Argument(help: "cooperative, group, union, officer …") var type: String
    @Argument var id: Int64
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
        if let server = try remote.remote() {
            let columns = RemoteText(try RecordTypes.named(type), Wiring.texts(Settings.language))
            return try await server.each("\(type)/\(id)/history", []) { item in
                print(try json ? RemoteServer.line(item) : columns.change(item).joined(separator: "\n"))
            }
        }
        try await run(RecordTypes.named(type))
    }

    private func run<R: Record>(_ recordType: R.Type) async throws {
        let type = R.description.name
        let record = id
        let database = try await settings.open()
        let (changes, gazetteer) = try await database.read { db in
            (try Change.list(of: type, record, in: db), try Gazetteer(db))
        }
        await database.close()
        guard !changes.isEmpty else {
            throw Failure(.missing, "record.missing", ["type": "@type.\(type)", "id": "\(record)"])
        }
        let t = Wiring.texts(Settings.language)
        let words = ChangeText(of: recordType, gazetteer, t)
        for change in changes {
            if json {
                var object = JSONText()
                object.add("at", .integer(change.at.milliseconds))
                object.add("action", .text(change.action.rawValue))
                object.add("origin", .text(change.origin))
                object.add("batch", change.batch.map(SQLValue.integer) ?? .null)
                object.add("reason", change.reason.map(SQLValue.text) ?? .null)
                object.add("before", raw: change.before ?? "null")
                object.add("after", raw: change.after ?? "null")
                print(object.object)
            } else {
                let origin = t.has("origin.\(change.origin)") ? t["origin.\(change.origin)"] : change.origin
                print("\(DateText.short(change.at, t.language)) \(t["change.\(change.action.rawValue)"]) (\(origin))")
                if let reason = change.reason { print("  \(reason)") }
                for line in try words.lines(change) { print(line) }
            }
        }
    }
}
