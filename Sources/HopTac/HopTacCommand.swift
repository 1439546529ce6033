import ArgumentParser
import Foundation
import Kernel

/// The program. One command a thing that a script would want; see docs/operating.md.
@main struct HopTacCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hoptac",
        abstract: "Keeps a province's register of agricultural cooperatives and reports its situation.",
        discussion: """
            Exit status: 0 done; 1 done, with findings; 2 not understood; 3 refused, the data is as it was; 70 a defect. \
            HOPTAC_LANGUAGE=en gives messages in English. docs/operating.md says more.
            """,
        version: Wiring.version,
        subcommands: [
            InitCommand.self, UnitsCommand.self, ImportCommand.self, TemplateCommand.self, ListCommand.self,
            ShowCommand.self,
            HistoryCommand.self, AddCommand.self, ChangeCommand.self, EndCommand.self, ReportCommand.self,
            ServeCommand.self, CheckCommand.self, UpgradeCommand.self,
            AssessmentCommand.self, RemindCommand.self,
            AccountCommand.self, TokenCommand.self, LettersCommand.self, DemoCommand.self,
            BackupCommand.self, RestoreCommand.self, ExportAllCommand.self,
        ])

    /// Exit status: 0 done, 1 findings, 2 usage, 3 refused, 70 defect.
    static func main() async {
        // A reader that goes away, as in `hoptac list … | head`, ends the output and not the process with a signal.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Message.print(failure)
            Foundation.exit(failure.exitStatus)
        } catch let error as ExitCode {
            Foundation.exit(error.rawValue)
        } catch {
            let status = exitCode(for: error)
            let text = fullMessage(for: error)
            if status.isSuccess {
                print(text)
            } else {
                Message.write(text)
            }
            Foundation.exit(status.isSuccess ? 0 : status == .validationFailure ? 2 : 70)
        }
    }
}

extension Failure {
    var exitStatus: Int32 {
        switch kind {
        case .usage: 2
        case .anonymous, .forbidden, .missing, .conflict, .invalid, .refused, .limited, .unavailable: 3
        case .defect: 70
        }
    }
}

/// What the program says on standard error.
enum Message {
    /// Where nobody reads standard error there is nowhere else to say it.
    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }

    static func print(_ failure: Failure) {
        let t = Wiring.texts(Settings.language)
        write("hoptac: \(t(failure.code, failure.details)) [\(failure.code)]")
    }

    /// Says how far long work is, on a terminal only.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(text)".utf8))
    }
}
