import Foundation
import Kernel

/// A letter of plain text, as it goes to a mail server.
package struct Letter: Sendable {
    package let to: String
    package let subject: String
    package let text: String

    package init(to: String, subject: String, text: String) {
        self.to = to
        self.subject = subject
        self.text = text
    }

    /// RFC 5322 with a body in base64, so that no line of it means anything to a server. Headers are encoded whole (RFC
    /// 2047), since a name might hold what looks like another header.
    func message(from sender: String, at now: Instant) -> String {
        let lines = [
            "From: HopTac <\(sender)>", "To: <\(to)>", "Subject: \(Self.encodedHeader(subject))",
            "Date: \(Self.date(now))",
            "Message-ID: <\(Secret.fresh().text)@\(sender.split(separator: "@").last ?? "localhost")>",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            "Auto-Submitted: auto-generated", "",
            Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn]),
        ]
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    /// Words of at most 75 characters, each whole letters.
    static func encodedHeader(_ text: String) -> String {
        var words: [String] = []
        var part = ""
        for character in text {
            if (part + String(character)).utf8.count > 45 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func date(_ now: Instant) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let (day, time) = (now.day, now.time)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day.day) \(months[day.month - 1]) \(day.year) \(two(time.hour)):\(two(time.minute)):00 +0700"
    }
}
