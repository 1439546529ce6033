import ArgumentParser
import Kernel
import Persistence
import Records

/// Changes through a server's API. What is sent is JSON by the columns' names; the server's rules decide.
struct AddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a record through a server and prints it.")
    @OptionGroup var remote: RemoteSettings
    @Argument(help: "cooperative, headcount, officer …") var type: String
    @Argument(help: #"'{"name":"HTX Tân Thành","unit_id":12}'"#) var json: String
    @Option(help: "A word of your own: with the same word again nothing is added twice.") var key: String?

    func run() async throws {
        let name = try RecordTypes.named(type).typeName
        let headers = key.map { ["Idempotency-Key": $0] } ?? [:]
        print(try await remote.needed().ask("POST", name, json: json, headers: headers).text)
    }
}

struct ChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Changes a record through a server and prints it.")
    @OptionGroup var remote: RemoteSettings
    @Argument(help: "cooperative, headcount, officer …") var type: String
    @Argument var id: Int64
    @Argument(help: #"The columns that change: '{"address":"Ấp 1"}'"#) var json: String
    @Option(help: "The version that is changed; the present one where none is said.") var version: Int?

    func run() async throws {
        let server = try remote.needed()
        let path = "\(try RecordTypes.named(type).typeName)/\(id)"
        let tag = try await server.tag(path, version)
        print(try await server.ask("PATCH", path, json: json, headers: ["If-Match": tag]).text)
    }
}

struct EndCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "Ends a record through a server and prints it. It stays in the register.")
    @OptionGroup var remote: RemoteSettings
    @Argument(help: "officer, group, union, body …") var type: String
    @Argument var id: Int64
    @Option(help: "The first day on which it is no more.") var on: String
    @Option(help: "Why.") var reason: String
    @Option(help: "The version that is ended; the present one where none is said.") var version: Int?

    func run() async throws {
        let server = try remote.needed()
        let path = "\(try RecordTypes.named(type).typeName)/\(id)"
        var object = JSONText()
        object.add("on", .text(try Days.parse(on)?.description ?? ""))
        object.add("reason", .text(reason))
        let tag = try await server.tag(path, version)
        print(try await server.ask("POST", path + "/end", json: object.object, headers: ["If-Match": tag]).text)
    }
}
