import ArgumentParser
import Foundation
import Kernel
import Persistence
import Registry

struct UnitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "units", abstract: "Administrative units.",
        subcommands: [Load.self, Decree.self, ToChoose.self, Choose.self])

    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Loads administrative units and their successors: those in the program, or of two CSV files.")
        @OptionGroup var settings: Settings
        @Argument(help: "The CSV file of units.") var units: String?
        @Argument(help: "The CSV file of successors.") var successors: String?

        func run() async throws {
            let files: UnitFiles
            if let units, let successors {
                files = UnitFiles(
                    units: try Files.text(units), successors: try Files.text(successors), unitsName: units,
                    successorsName: successors)
            } else if units == nil {
                files = .carried
            } else {
                throw ValidationError("Both files are needed: UNITS.csv SUCCESSORS.csv")
            }
            let database = try await settings.open()
            let load = try await database.write { try files.load(into: $0) }
            let t = Wiring.texts(Settings.language)
            print(
                t(
                    load.changesNothing ? "units.load-unchanged" : "units.load-done",
                    [
                        "added": "\(load.added)", "changed": "\(load.changed)", "unchanged": "\(load.unchanged)",
                        "successors": "\(load.successorsAdded + load.successorsChanged)",
                    ]))
            await database.close()
        }
    }
}
