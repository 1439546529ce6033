import Foundation
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac

@Suite("An import whose browser is closed and whose server is killed") struct KilledImportTests {
    /// `HOPTAC_IMPORT_ROWS`: as many cooperatives, 1,500 where it is not set.
    private static let rows = ProcessInfo.processInfo.environment["HOPTAC_IMPORT_ROWS"].flatMap(Int.init) ?? 1_500

    @Test("is finished by the next server, with nothing lost and nothing twice", .timeLimit(.minutes(20)))
    func killed() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let program = Program(folder: folder)
        for arguments in [["init"], ["units", "load"]] { #expect(try await program(arguments).status == 0) }
        let database = try await Database.open(folder.path + "/hoptac.sqlite")
        let site = try await ImportSite(database)
        let token = try await site.signIn("department_officer", unit: "79")
        let path = try await site.upload(try await workbook(database), as: token).location
        // From here on nobody asks for a page: only servers work.
        var server = try program.start("serve", "--port", "0")
        try await wait { try await stage(database) == "ready" }
        let preview = try await site.get(path, as: token)
        #expect(try preview.count(.added) == Self.rows)
        #expect(try await site.post("\(path)/apply", as: token).status == 303)
        var kills = 0
        // Once it has been taken up, and once more while it is taken over.
        while kills < 2 {
            let attempts = kills + 1
            try await wait {
                if try await stage(database) == "applied" { return true }
                return try await begun(database) >= attempts
            }
            // A large one takes long enough to be caught in the middle.
            if Self.rows >= 20_000 { try await Task.sleep(for: .seconds(2)) }
            server.terminateHard()
            kills += 1
            // All of it or nothing, wherever the kill fell.
            let stored = try await site.count("registry_cooperative")
            #expect(stored == 0 || stored == Self.rows)
            #expect(try await stage(database) == (stored == 0 ? "applying" : "applied"))
            server = try program.start("serve", "--port", "0")
        }
        try await wait { try await stage(database) == "applied" }
        #expect(try await site.post("\(path)/apply", as: token).status == 303)
        server.terminateHard()
        #expect(try await site.count("registry_cooperative") == Self.rows)
        #expect(try await site.count("records_change", "type = 'cooperative'") == Self.rows)
        #expect(try await site.count("registry_headcount") == Self.rows)
        #expect(try await site.count("records_import") == 1)
        #expect(try await site.count("records_import_row", "fate = 'added'") == Self.rows)
        #expect(try await site.count("persistence_job", "state <> 'done'") == 0)
        let attempts = try await begun(database)
        #expect((1...3).contains(attempts))
        #expect(try await site.get(path, as: token).count(.added) == Self.rows)
        print("killed import: \(Self.rows) rows, \(kills) kills, begun \(attempts) times")
        await database.close()
    }

    private func stage(_ database: Database) async throws -> String {
        try await database.read { db in try db.one("SELECT stage FROM records_upload") { try $0[0] } }
    }

    /// How often the storing was begun.
    private func begun(_ database: Database) async throws -> Int {
        try await database.read { db in
            try db.one(
                "SELECT coalesce(max(attempts), 0) FROM persistence_job WHERE kind = \(ImportUpload.applying)"
            ) { try $0[0] }
        }
    }

    /// Another process works: there is nothing to await but what it leaves in the database.
    private func wait(until isSo: () async throws -> Bool) async throws {
        while try await !isSo() { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func workbook(_ database: Database) async throws -> [UInt8] {
        let gazetteer = try await database.read { try Gazetteer($0) }
        let communes = gazetteer.units(.commune, on: "2024-06-30")
        let rows = (0..<Self.rows).map { number -> [String] in
            let commune = communes[number % communes.count]
            let district = commune.parentCode.flatMap { gazetteer.unit($0, on: "2024-06-30") }
            return [
                "HTX Thử nghiệm \(number)", commune.fullName, district?.fullName ?? "", "\(10 + number % 50)",
                "Nguyễn Văn An",
            ]
        }
        return try ImportSite.workbook(["Tên HTX", "Xã", "Huyện", "Tổng số thành viên", "Họ tên giám đốc"], rows)
    }
}

extension Program {
    /// A program that goes on until it is ended.
    func start(_ arguments: String...) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}

extension Process {
    /// As a power failure would end it.
    func terminateHard() {
        kill(processIdentifier, SIGKILL)
        waitUntilExit()
    }
}
