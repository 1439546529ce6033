/// Tax codes (MST): ten digits of which the last is a check digit, and for a branch a dash and three digits more.
package enum TaxCode {
    package enum Check: Equatable, Sendable {
        /// `0314409058` or `0314409058-002`, as it is stored.
        case valid(String)
        /// Well formed, but the tenth digit is not what the first nine demand.
        case wrongCheckDigit(String)
        case malformed
    }

    /// Spaces are dropped, as is one dash or dot before the branch. `3.70991E+09` and other lost digits are malformed.
    package static func check(_ text: String) -> Check {
        var characters = normalised(text).utf8.filter { $0 != 32 }
        if characters.count == 14, characters[10] == UInt8(ascii: "-") || characters[10] == UInt8(ascii: ".") {
            characters.remove(at: 10)
        }
        guard characters.count == 10 || characters.count == 13, characters.allSatisfy({ (48...57).contains($0) }) else {
            return .malformed
        }
        var code = String(decoding: characters[..<10], as: UTF8.self)
        if characters.count == 13 {
            let branch = String(decoding: characters[10...], as: UTF8.self)
            if branch == "000" { return .malformed }
            code += "-" + branch
        }
        // 10 - sum mod 11; where that is 10, no code with these nine digits is given out.
        let sum = zip(characters, [31, 29, 23, 19, 17, 13, 7, 5, 3]).reduce(0) { $0 + Int($1.0 - 48) * $1.1 }
        return 10 - sum % 11 == Int(characters[9] - 48) ? .valid(code) : .wrongCheckDigit(code)
    }
}

/// The number of a citizen (CCCD): twelve digits that tell province of birth registration, sex and year of birth, without
/// a check digit. Circular 59/2021/TT-BCA.
package struct CitizenNumber: Equatable, Sendable {
    package enum Check: Equatable, Sendable {
        case valid(CitizenNumber)
        /// Not twelve digits. The old identity card (CMND) has nine.
        case malformed
        case unknownProvince
        /// The year of birth lies after the day of asking.
        case notYetBorn
    }

    /// Twelve digits.
    package let digits: String
    package let isFemale: Bool
    package let birthYear: Int
    /// Three digits; the provinces of 2016.
    package var province: String { String(digits.prefix(3)) }

    /// Spaces are dropped. The parts count as they were when the number was given, so later mergers change nothing.
    package static func check(_ text: String, on today: Day) -> Check {
        let characters = normalised(text).utf8.filter { $0 != 32 }
        guard characters.count == 12, characters.allSatisfy({ (48...57).contains($0) }) else { return .malformed }
        let values = characters.map { Int($0 - 48) }
        guard provinces.contains(values[0] * 100 + values[1] * 10 + values[2]) else { return .unknownProvince }
        let birthYear = 1900 + values[3] / 2 * 100 + values[4] * 10 + values[5]
        guard birthYear <= today.year else { return .notYetBorn }
        return .valid(
            CitizenNumber(
                digits: String(decoding: characters, as: UTF8.self), isFemale: values[3] % 2 == 1, birthYear: birthYear)
        )
    }

    private static let provinces: Set<Int> = [
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44,
        45,
        46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91,
        92,
        93, 94, 95, 96,
    ]
}

/// Telephone numbers of Vietnam, stored as their digits with the leading zero: `0912345678`.
package enum Phone {
    /// `0912 345 678` · `0912.345.678` · `+84 912 345 678` · `912345678`, which lost its zero in a spreadsheet · land lines
    /// `0274 3822 825`. `nil`: cannot be a number.
    package static func parse(_ text: String) -> String? {
        var digits = ""
        var isInternational = false
        for (index, character) in normalised(text).enumerated() {
            switch character {
            case "0"..."9": digits.append(character)
            case "+" where index == 0: isInternational = true
            case " ", ".", "-", "(", ")": break
            default: return nil
            }
        }
        if digits.hasPrefix("0084") {
            digits.removeFirst(4)
        } else if digits.hasPrefix("84"), isInternational || digits.count >= 11 {
            digits.removeFirst(2)
        } else if isInternational {
            return nil
        }
        if !digits.hasPrefix("0") { digits = "0" + digits }
        let second = digits.dropFirst().first
        let isMobile = digits.count == 10 && second.map { "35789".contains($0) } == true
        let isLandLine = digits.count == 11 && second == "2"
        return isMobile || isLandLine ? digits : nil
    }

    /// `0912 345 678`, land lines `0274 3822 825`, in Hà Nội and Hồ Chí Minh City `028 3822 1234`.
    package static func shown(_ digits: String) -> String {
        let areaCode = digits.hasPrefix("024") || digits.hasPrefix("028") ? 3 : 4
        let second = digits.count == 10 ? 3 : 4
        guard digits.count == 10 || digits.count == 11 else { return digits }
        let area = digits.count == 10 ? 4 : areaCode
        return [digits.prefix(area), digits.dropFirst(area).prefix(second), digits.dropFirst(area + second)]
            .joined(separator: " ")
    }
}
