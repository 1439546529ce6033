import Foundation
import Kernel
import Persistence

// Stores pairs of rows, a pair a transaction, and prints each pair's number once it is committed, until it is killed.
// CrashTests kills it. Usage: CrashWriter ADDRESS FIRST-NUMBER
let arguments = CommandLine.arguments
guard arguments.count == 3, var number = Int(arguments[2]) else {
    FileHandle.standardError.write(Data("usage: CrashWriter ADDRESS FIRST-NUMBER\n".utf8))
    exit(2)
}
let database = try await Database.open(arguments[1])
while true {
    let pair = number
    try await database.write { db in
        for half in ["left", "right"] {
            try db.run(
                "INSERT INTO crash_half (pair, half, padding) VALUES (\(pair), \(half), \([UInt8](repeating: 7, count: 900)))"
            )
        }
    }
    FileHandle.standardOutput.write(Data("\(pair)\n".utf8))
    number += 1
}
