import Foundation
import Kernel

/// Numbers as they stand in a file: digits, a point, an exponent.
enum StoredNumber {
    static func number(_ bytes: [UInt8]) -> Double? {
        if bytes.count <= 15, bytes.allSatisfy({ $0 &- 48 < 10 }), !bytes.isEmpty {
            return Double(bytes.reduce(0) { $0 * 10 + Int64($1 - 48) })
        }
        guard bytes.count <= 400, bytes.allSatisfy({ $0 &- 48 < 10 || "+-.eE".utf8.contains($0) }),
            let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite
        else { return nil }
        return number
    }
}

/// Days as spreadsheets count them.
enum SerialDay {
    /// The day and time of a serial number; nil where there is no such day: 0 and below, beyond the year 9999, and
    /// 60 in the 1900 system, which is the 29 February 1900 that never was (kept by Excel for Lotus 1-2-3).
    static func value(of serial: Double, from1904: Bool) -> CellValue? {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        var whole = Int32(serial.rounded(.down))
        var seconds = Int(((serial - Double(whole)) * 86_400).rounded())
        if seconds == 86_400 { (whole, seconds) = (whole + 1, 0) }
        let day: Day? =
            if from1904 {
                Day(number: whole - 24_107)
            } else {
                switch whole {
                case 0, 60: nil
                case 1..<60: Day(number: whole - 25_568)
                default: Day(number: whole - 25_569)
                }
            }
        guard let day, day <= .distantFuture else { return nil }
        return .day(day, seconds: seconds)
    }

    /// The serial number of a day in the 1900 system; nil before 1900-01-01.
    static func serial(of day: Day) -> Int? {
        let serial = Int(day.number) + 25_569
        return serial > 60 ? serial : serial > 1 ? serial - 1 : nil
    }

    /// Cells of kind `d` hold ISO 8601: `2015-11-16` or `2015-11-16T08:30:00`.
    static func value(iso text: String) -> CellValue? {
        guard let day = Day(text.prefix(10)) else { return nil }
        let time = text.dropFirst(10)
        if time.isEmpty { return .day(day, seconds: 0) }
        let parts = time.dropFirst().prefix { $0.isNumber || $0 == ":" }.split(separator: ":").map { Int($0) ?? 0 }
        guard time.hasPrefix("T"), (2...3).contains(parts.count), parts[0] < 24, parts[1] < 60 else { return nil }
        return .day(day, seconds: parts[0] * 3600 + parts[1] * 60 + (parts.count > 2 ? min(parts[2], 59) : 0))
    }
}
