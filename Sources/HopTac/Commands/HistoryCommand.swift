import Access
import ArgumentParser
import Kernel
import Persistence
import Records
import Registry

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows who changed what, newest first: of one record, of a type, or of the whole system.")
    @OptionGroup var settings: Settings
    @OptionGroup var remote: RemoteSettings
    @Argument(help: "cooperative, group, union, officer …") var type: String?
    @Argument var id: Int64?
    @Option(help: "Only by this account: its number, or words of its name.") var account: String?
    @Option(help: "Only of records in the subtree of this unit, by its code.") var unit: String?
    @Option(help: "Only from this day on.") var from: String?
    @Option(help: "Only to this day.") var to: String?
    @Option(help: "added, changed, ended, signed_in …") var action: String?
    @Option(help: "At most so many changes of several records.") var limit = 50
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
        if let server = try remote.remote(), let type, let id {
            let columns = RemoteText(try RecordTypes.named(type), Wiring.texts(Settings.language))
            return try await server.each("\(type)/\(id)/history", []) { item in
                print(try json ? RemoteServer.line(item) : columns.change(item).joined(separator: "\n"))
            }
        }
        let (question, record) = (try question(), try record())
        let viewer = Viewer.system(today: WallClock.system.today(), rules: Wiring.scopes)
        let database = try await settings.open()
        let (changes, names, gazetteer) = try await database.read { db in
            let changes =
                try record.map { try Change.list(of: $0.type, $0.id, in: db) }
                ?? question.page(for: viewer, in: db).changes
            return (changes, try UserAccount.names(changes.compactMap(\.account), in: db), try Gazetteer(db))
        }
        await database.close()
        if let record, changes.isEmpty {
            throw Failure(.missing, "record.missing", ["type": "@type.\(record.type)", "id": "\(record.id)"])
        }
        let t = Wiring.texts(Settings.language)
        let words = ChangeText(gazetteer, t)
        for change in changes {
            guard !json else {
                print(object(change))
                continue
            }
            let who = change.account.map { ", \(names[$0] ?? "\($0)")" } ?? ""
            let origin = t.has("origin.\(change.origin)") ? t["origin.\(change.origin)"] : change.origin
            let what = record == nil ? " · \(t["type.\(change.type)"]) \(change.record)" : ""
            print(
                "\(DateText.short(change.at, t.language)) \(t["change.\(change.action.rawValue)"])\(what) (\(origin)\(who))"
            )
            if let reason = change.reason { print("  \(reason)") }
            for line in try words.lines(change) { print(line) }
        }
    }

    private func record() throws -> (type: String, id: Int64)? {
        guard let type, let id else { return nil }
        return (try RecordTypes.named(type).typeName, id)
    }

    private func question() throws -> HistoryQuestion {
        func day(_ text: String?) throws -> Day? {
            try text.map { text in
                guard let day = Day(text) else { throw Failure(.usage, "as-of.unreadable", ["text": text]) }
                return day
            }
        }
        var question = HistoryQuestion(Wiring.catalogue)
        question.type = try type.map {
            try RecordTypes.named($0, among: RecordTypes.all + RecordTypes.others).typeName
        }
        question.account = account
        question.unit = unit
        (question.from, question.to) = (try day(from), try day(to))
        question.limit = max(1, limit)
        question.action = try action.map { name in
            guard let action = Change.Action(rawValue: name) else {
                let values = Change.Action.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure(.usage, "list.no-such-value", ["value": name, "values": values])
            }
            return action
        }
        return question
    }

    private func object(_ change: Change) -> String {
        func optional<V>(_ value: V?, _ stored: (V) -> SQLValue) -> SQLValue { value.map(stored) ?? .null }
        var object = JSONText()
        object.add("at", .integer(change.at.milliseconds))
        object.add("action", .text(change.action.rawValue))
        object.add("type", .text(change.type))
        object.add("id", .integer(change.record))
        object.add("account", optional(change.account) { .integer($0.number) })
        object.add("body", optional(change.body) { .integer($0.number) })
        object.add("origin", .text(change.origin))
        object.add("batch", optional(change.batch) { .integer($0) })
        object.add("reason", optional(change.reason) { .text($0) })
        object.add("before", raw: change.before ?? "null")
        object.add("after", raw: change.after ?? "null")
        return object.object
    }
}
