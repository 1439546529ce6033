import ArgumentParser
import Kernel
import Persistence
import Records

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Shows who changed what of a record, newest first.")
    @OptionGroup var settings: Settings
    @Argument(help: "cooperative, group, union, officer …") var type: String
    @Argument var id: Int64
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
        let type = RecordTypes.recordName(try RecordTypes.named(type))
        let record = id
        let database = try await settings.open()
        let changes = try await database.read { try Change.list(of: type, record, in: $0) }
        await database.close()
        guard !changes.isEmpty else {
            throw Failure(.missing, "record.missing", ["type": "@type.\(type)", "id": "\(record)"])
        }
        let t = Wiring.texts(Settings.language)
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
                if let before = change.before { print("  - \(before)") }
                if let after = change.after { print("  + \(after)") }
            }
        }
    }
}
