import ArgumentParser
import Foundation
import Hummingbird
import Kernel
import Persistence
import Registry
import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves read-only pages on this machine until stopped.")
    @OptionGroup var settings: Settings
    @ArgumentParser.Option(help: "The port.") var port = 8080

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port 0…65535") }
    }

    func run() async throws {
        let database = try await settings.open()
        let t = Wiring.texts(Settings.language)
        var site = try await Wiring.site(database)
        // Until there are accounts, nobody but this machine may read the register.
        site.hosts = ["localhost", "127.0.0.1", "[::1]"]
        let application = makeApplication(site: site, host: "127.0.0.1", port: port) { bound in
            Swift.print(t("serve.listening", ["address": "http://localhost:\(bound)"]))
            fflush(nil)
        }
        try await application.runService()
        await database.close()
    }
}
