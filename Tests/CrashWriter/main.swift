import Foundation
import Kernel
import Persistence

// Works until it is killed. `CrashWriter ADDRESS FIRST-NUMBER` stores pairs of rows, a pair a transaction, and prints
// each pair's number once it is committed: CrashTests kills it. `CrashWriter ADDRESS job` begins a job, says so and never
// comes to its end: JobTests kill it.
let arguments = CommandLine.arguments
guard arguments.count == 3, arguments[2] == "job" || Int(arguments[2]) != nil else {
    FileHandle.standardError.write(Data("usage: CrashWriter ADDRESS FIRST-NUMBER|job\n".utf8))
    exit(2)
}
let database = try await Database.open(arguments[1])
if arguments[2] == "job" {
    let kind = JobKind("note") { job, _, db in
        try db.run("INSERT INTO job_note (text) VALUES (\(job.payload))")
        FileHandle.standardOutput.write(Data("begun\n".utf8))
        while true { pause() }
    }
    try await JobRunner(database, [kind], clock: .system).runNext()
}
var number = Int(arguments[2]) ?? 0
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
