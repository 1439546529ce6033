import Foundation
import Glibc
import TestSupport
import Testing

@testable import HopTac

/// `hoptac serve` as a child process, on a port of its own.
final class RunningServer: @unchecked Sendable {
    // Set once before anybody else sees it.
    private(set) var port = 0
    private let process = Process()
    private let log: String

    /// Waits until it says where it listens.
    init(_ hoptac: Program, _ arguments: String...) async throws {
        log = hoptac.folder.path + "/serve.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["serve", "--port", "0"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: hoptac.folder.path)
        process.environment = ProcessInfo.processInfo.environment.merging(hoptac.environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        let handle = output.fileHandleForReading
        let said = await withCheckedContinuation { continuation in
            DispatchQueue(label: "serve").async {
                var said = Data()
                while !said.contains(10), case let piece = handle.availableData, !piece.isEmpty { said += piece }
                continuation.resume(returning: String(decoding: said, as: UTF8.self))
            }
        }
        guard let port = said.firstMatch(of: #/:([0-9]+) /#).flatMap({ Int($0.1) }) else {
            process.waitUntilExit()
            throw TestServerEnded(said: said + logged)
        }
        self.port = port
    }

    /// What it has written on standard error.
    var logged: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Asks it to stop.
    func terminate() { process.terminate() }

    /// Its exit status, once it has ended.
    func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "serve").async {
                self.process.waitUntilExit()
                continuation.resume(returning: self.process.terminationStatus)
            }
        }
    }

    func stop() async -> Int32 {
        terminate()
        return await ended()
    }
}

struct TestServerEnded: Error { let said: String }

/// A connection on which a test says byte by byte what goes over it.
final class RawConnection: Sendable {
    private let socket: Int32

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        guard result == 0 else { throw TestServerEnded(said: String(cString: strerror(errno))) }
    }

    deinit { close(socket) }

    /// False where the other end has gone.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// All that comes until the other end closes, or until `isEnough`.
    func read(until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "raw").async {
                var (said, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
                while true {
                    let count = recv(self.socket, &buffer, buffer.count, 0)
                    if count > 0 { said += buffer[..<count] }
                    let text = String(decoding: said, as: UTF8.self)
                    if count <= 0 || isEnough(text) { return continuation.resume(returning: text) }
                }
            }
        }
    }

    static func get(_ path: String, port: Int, _ headers: String = "") async throws -> String {
        let connection = try RawConnection(port: port)
        connection.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)Connection: close\r\n\r\n")
        return await connection.read()
    }
}
