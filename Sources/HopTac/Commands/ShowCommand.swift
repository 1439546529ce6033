import Access
import Assessment
import ArgumentParser
import Kernel
import Persistence
import Records
import Registry

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows one record.")
    @OptionGroup var settings: Settings
    @OptionGroup var remote: RemoteSettings
    @Argument(help: "cooperative, group, union, officer …") var type: String
    @Argument var id: Int64
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        if let server = try remote.remote() {
            let columns = RemoteText(try RecordTypes.named(type), Wiring.texts(Settings.language))
            let answer = try await server.ask("GET", "\(type)/\(id)")
            return print(try json ? answer.text : columns.lines(answer.object()).joined(separator: "\n"))
        }
        let database = try await settings.open()
        let t = Wiring.texts(Settings.language)
        let (record, form) = (id, json)
        let record_type = try RecordTypes.named(type)
        print(try await database.read { db in try show(record_type, record, form, t, in: db) })
        await database.close()
    }

    private func show<R: Record>(
        _ type: R.Type, _ id: Int64, _ json: Bool, _ t: Texts, in db: Connection
    ) throws -> String {
        let record = try R.find(Identifier(id), in: db)
        guard json else {
            let gazetteer = try Gazetteer(db)
            return R.description.shown.map { field in
                let value = field.stored(record)
                let shown =
                    switch (field.kind, value) {
                    case (_, .null): t["value.unknown"]
                    case (.reference("unit"), .integer(let id)): gazetteer.unit(Identifier(id))?.fullName ?? "\(id)"
                    case (.money, _): "\(field.kind.shown(value, t)) \(t["unit.million"])"
                    case (.area, _): "\(field.kind.shown(value, t)) ha"
                    default: field.kind.shown(value, t)
                    }
                return "\(t[R.description.key(field)]): \(shown)"
            }.joined(separator: "\n")
        }
        var object = JSONText()
        object.add("id", .integer(id))
        object.add("version", .integer(Int64(record.version)))
        for field in R.description.shown { object.add(field.name, field.stored(record)) }
        return object.object
    }
}

enum RecordTypes {
    static let all = registryRecords + assessmentRecords
    /// Types that have no pages of the register.
    static let others: [any Record.Type] = [UserAccount.self, Role.self, Holding.self, Attachment.self]

    static func named(_ name: String, among types: [any Record.Type] = all) throws -> any Record.Type {
        guard let type = types.first(where: { $0.typeName == name }) else {
            throw Failure(
                .usage, "command.no-such-type",
                ["type": name, "types": types.map { $0.typeName }.joined(separator: ", ")])
        }
        return type
    }
}
