import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it, in a folder of its own.
struct Program {
    struct Ending {
        let status: Int32
        let output: String
        let error: String

        /// The output as JSON.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }

        /// The output as one JSON object a line.
        func objects() throws -> [[String: Any]] {
            try output.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
        }
    }

    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/BinhDuong").standardizedFileURL.path

    let folder: TestFolder
    var language: String?

    /// The program stands beside the tests.
    static let path: String = {
        let tests = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath()
        var folder = tests.deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/hoptac") {
            folder.deleteLastPathComponent()
        }
        return folder.path + "/hoptac"
    }()

    /// A program in a folder with the sample imported, which the tests' end removes with all temporary files.
    static func filled() async throws -> Program {
        let program = Program(folder: try TestFolder())
        try await program.fill()
        return program
    }

    private func fill() async throws {
        for arguments in [
            ["init"], ["units", "load"], ["import", "\(Self.examples)/htx-2024-06.xlsx", "--apply"],
            ["import", "\(Self.examples)/tht-2024-06.xlsx", "--type", "group", "--apply"],
        ] {
            let ending = try await self(arguments)
            #expect(ending.status == 0, "\(ending.error)")
        }
    }

    /// Gives a program with an empty folder, or with the sample imported.
    static func with<T>(isFilled: Bool = false, _ body: (Program) async throws -> T) async throws -> T {
        let folder = try TestFolder()
        defer { folder.remove() }
        let program = Program(folder: folder)
        if isFilled { try await program.fill() }
        return try await body(program)
    }

    func callAsFunction(_ arguments: String...) async throws -> Ending { try await self(arguments) }

    func callAsFunction(_ arguments: [String]) async throws -> Ending { try await run(Self.path, arguments) }

    /// The program's output given to another; the status is the program's.
    func piped(_ arguments: String, into reader: String) async throws -> Ending {
        try await run("/bin/bash", ["-c", "\(Self.path) \(arguments) | \(reader); exit ${PIPESTATUS[0]}"])
    }

    func shell(_ script: String) async throws -> Ending { try await run("/bin/bash", ["-c", script]) }

    private func run(_ path: String, _ arguments: [String]) async throws -> Ending {
        let files = FileManager.default
        let (output, error) = (folder.path + "/output", folder.path + "/error")
        for file in [output, error] { _ = files.createFile(atPath: file, contents: nil) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        var environment = ProcessInfo.processInfo.environment
        environment["HOPTAC_DATABASE"] = nil
        environment["HOPTAC_LANGUAGE"] = language
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: error)
        let status = try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { ended.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        return Ending(
            status: status, output: try String(contentsOfFile: output, encoding: .utf8),
            error: try String(contentsOfFile: error, encoding: .utf8))
    }
}
