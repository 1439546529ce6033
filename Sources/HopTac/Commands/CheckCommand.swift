import ArgumentParser
import Kernel
import Persistence
import Records
import Registry

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks references, history and derived columns of the database.")
    @OptionGroup var settings: Settings

    func run() async throws {
        let database = try await settings.open()
        let findings = try await database.read(Self.findings)
        await database.close()
        let t = Wiring.texts(Settings.language)
        for finding in findings { print(t(finding.code, finding.details) + " [\(finding.code)]") }
        print(t("check.done", ["count": "\(findings.count)"]))
        if !findings.isEmpty { throw ExitCode(1) }
    }

    @Sendable static func findings(in db: Connection) throws -> [Diagnostic] {
        var findings = try registryFindings(in: db)
        for type in RecordTypes.all + [Attachment.self] { findings += try integrityFindings(of: type, in: db) }
        return findings
    }
}
