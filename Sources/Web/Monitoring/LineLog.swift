import Foundation
package import Logging
import Synchronization

/// The log: one line a message on standard error, `time=… level=… message=… key=value`, as journald and its like take
/// it. What goes into it says neither names nor addresses of pages.
package struct LineLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.info

    private static let isWriting = Mutex(())

    /// From now on every logger writes this way. Once in the life of the program.
    package static func begin() { LoggingSystem.bootstrap { _ in LineLog() } }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { fields["error"] = "\(error)" }
        let text = LineLog.line(Date(), event.level, "\(event.message)", fields)
        // Where nobody reads standard error there is nowhere else to say it.
        Self.isWriting.withLock { _ in try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
    }

    static func line(_ date: Date, _ level: Logger.Level, _ message: String, _ fields: Logger.Metadata) -> String {
        var text = "time=\(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))) level=\(level)"
        text += " message=\(value(message))"
        for (key, field) in fields.sorted(by: { $0.key < $1.key }) {
            text += " \(key == "hb.request.id" ? "request" : key)=\(value("\(field)"))"
        }
        return text + "\n"
    }

    /// In quotes where it would end early or begin another line.
    private static func value(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0 != "\\" && $0.value != 0x7F
            }
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case _ where scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}":
                quoted += "\\u{\(String(scalar.value, radix: 16))}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
