import ArgumentParser
import Kernel
import Persistence
import Records
import Registry

extension UnitsCommand {
    /// The preview of a decree, and with `--apply` the decree itself.
    struct Decree: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows what a decree on units would change, and applies it with --apply.")
        @OptionGroup var settings: Settings
        @Argument(help: "Its number, such as 1685/NQ-UBTVQH15.") var number: String
        @Argument(help: "A text file: old code; new code; full name of the new unit; code above it.") var lines: String
        @Option(name: .customLong("effective"), help: "The day from which it counts.") var effectiveOn: String
        @Option(help: "Who issued it.") var issuer: String?
        @Flag(help: "Apply it when everything fits.") var apply = false
        @Flag(help: "One JSON object a line.") var json = false

        func run() async throws {
            var decree = UnitDecree()
            decree.name = normalised(number)
            decree.issuer = issuer.map(normalised)
            decree.effectiveOn = try Days.parse(effectiveOn) ?? .unset
            decree.lines = try Files.text(lines)
            let entered = decree
            let database = try await settings.open()
            let t = Wiring.texts(Settings.language)
            let preview = try await database.read { try DecreePreview(entered, in: $0) }
            for line in preview.lines(t, json: json) { print(line) }
            guard preview.faults.isEmpty else {
                await database.close()
                throw ExitCode(1)
            }
            if apply {
                let act = AccountCommand.act()
                _ = try await database.write { try $0.insert(entered, by: act).apply(by: act, in: $0) }
                if !json { print(t["unit_decree.is-applied"]) }
            }
            await database.close()
        }
    }

    struct ToChoose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the records whose unit was divided and that nobody has put into one of its parts.")
        @OptionGroup var settings: Settings
        @Flag(help: "One JSON object a line.") var json = false

        func run() async throws {
            let database = try await settings.open()
            let today = WallClock.system.today()
            let lines = try await database.read { db -> [String] in
                let gazetteer = try Gazetteer(db)
                return try UnitChoiceWork.types.map { try Wiring.listing(UnitChoiceWork.name(of: $0)) }.flatMap {
                    try UnitChoiceWork.waiting($0, .all, on: today, in: db)
                }.map { waiting in
                    let choices = gazetteer.whereabouts(of: waiting.unit, on: today)?.choices ?? []
                    guard json else {
                        let places = choices.map { "\($0.code) \($0.fullName)" }.joined(separator: ", ")
                        let unit = gazetteer.unit(waiting.unit)?.fullName ?? ""
                        return "\(waiting.type)\t\(waiting.id)\t\(waiting.name)\t\(unit)\t\(places)"
                    }
                    var object = JSONText()
                    object.add("type", .text(waiting.type))
                    object.add("id", .integer(waiting.id))
                    object.add("name", .text(waiting.name))
                    object.add("unit", .text(gazetteer.unit(waiting.unit)?.code ?? ""))
                    object.add("choices", .text(choices.map(\.code).joined(separator: " ")))
                    return object.object
                }
            }
            for line in lines { print(line) }
            await database.close()
        }
    }

    struct Choose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a record whose unit was divided into one of the units that it went to.")
        @OptionGroup var settings: Settings
        @Argument(help: "cooperative, group or union") var type: String
        @Argument var id: Int64
        @Argument(help: "The code of the unit of today.") var code: String
        @Option(help: "Why.") var reason: String?

        func run() async throws {
            let listing = try Wiring.listing(type)
            let database = try await settings.open()
            var act = AccountCommand.act()
            act.reason = reason
            let by = act
            try await database.write { db in
                let version = try db.first("SELECT version FROM \(described: listing.table) WHERE id = \(id)") {
                    try $0[0] as Int
                }
                guard let version, let chosen = UnitChoiceWork.Chosen("\(listing.type):\(id):\(version)") else {
                    throw Failure(.missing, "record.missing", ["type": "@type.\(listing.type)", "id": "\(id)"])
                }
                guard let unit = try Gazetteer(db).unit(code, on: by.at.day) else {
                    throw Failure(.usage, "list.no-such-unit", ["unit": code])
                }
                try UnitChoiceWork.choose(chosen, unit.id, by: by, in: db)
            }
            await database.close()
        }
    }
}
