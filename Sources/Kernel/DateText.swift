/// Dates as people write them, read and written.
package enum DateText {
    package enum Reading: Equatable, Sendable {
        /// `isTwoDigitYear`: the century was guessed: 00…49 are 20.., 50…99 are 19...
        case date(PartialDay, isTwoDigitYear: Bool)
        /// Written as a date, but there is no such day, such as 31/02/2019.
        case impossible
        case unreadable
    }

    /// `15/3/2018` · `15-03-2018` · `27.5.2010` · `15/3/18` · `5/2009` · `tháng 5/2009` · `ngày 15 tháng 3 năm 2018` ·
    /// `năm 2018` · `2018` · `2018-03-15`, with or without a time behind them. Day first; years 1900…2100.
    package static func parse(_ text: String) -> Reading {
        reading(tokens(text)[...])
    }

    /// The day up to which a title's figures count: `tính đến 30/6/2024`, `đến ngày 30 tháng 6 năm 2024`, `tính đến hết
    /// tháng 6/2024` (the month's last day), `hết quý II/2024`, `hết năm 2023`, `tại thời điểm 30/6/2024`.
    package static func cutOff(in sentence: String) -> Day? {
        let tokens = tokens(sentence)
        for (index, token) in tokens.enumerated() {
            guard case .word(let word) = token, ["den", "toi", "het", "diem"].contains(word) else { continue }
            var rest = tokens[(index + 1)...]
            var isWhole = word == "het"
            while case .word(let filler)? = rest.first, ["ngay", "het", "cuoi", "thoi", "diem"].contains(filler) {
                isWhole = isWhole || filler == "het" || filler == "cuoi"
                rest.removeFirst()
            }
            if case .word("quy")? = rest.first, let end = quarterEnd(rest.dropFirst()) { return end }
            for length in stride(from: min(6, rest.count), to: 0, by: -1) {
                guard case .date(let date, false) = reading(rest.prefix(length)) else { continue }
                // `đến năm 2025` is mostly a goal.
                if date.precision != .year || isWhole { return date.latest }
                break
            }
        }
        return nil
    }

    /// `05/03/2026`, `03/2026` or `2018`, as much as is known.
    package static func short(_ date: PartialDay, _ language: Language) -> String {
        let day = date.earliest
        switch date.precision {
        case .day: return "\(two(day.day))/\(two(day.month))/\(day.year)"
        case .month: return "\(two(day.month))/\(day.year)"
        case .year: return String(day.year)
        }
    }

    package static func short(_ day: Day, _ language: Language) -> String { short(PartialDay(day), language) }

    /// `05/03/2026 13:05`, Vietnamese time.
    package static func short(_ instant: Instant, _ language: Language) -> String {
        let (hour, minute) = instant.time
        return "\(short(instant.day, language)) \(two(hour)):\(two(minute))"
    }

    /// As documents write it: `ngày 05 tháng 3 năm 2026` (a zero before days below 10 and months 1 and 2, Decree
    /// 30/2020/NĐ-CP), in English `5 March 2026`.
    package static func long(_ date: PartialDay, _ language: Language) -> String {
        let (year, month, day) = date.earliest.parts
        let vietnameseMonth = "tháng \(month < 3 ? two(month) : String(month)) năm \(year)"
        switch (date.precision, language) {
        case (.day, .vi): return "ngày \(two(day)) \(vietnameseMonth)"
        case (.month, .vi): return vietnameseMonth
        case (.year, .vi): return "năm \(year)"
        case (.day, .en): return "\(day) \(months[month - 1]) \(year)"
        case (.month, .en): return "\(months[month - 1]) \(year)"
        case (.year, .en): return String(year)
        }
    }

    package static func long(_ day: Day, _ language: Language) -> String { long(PartialDay(day), language) }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    // MARK: Reading

    private enum Token: Equatable {
        case number(Int, digits: Int)
        /// Folded.
        case word(String)
        case sign(Character)
    }

    private static func tokens(_ text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(fold(text))
        while let first = rest.first {
            if ("0"..."9").contains(first) {
                let digits = rest.prefix { ("0"..."9").contains($0) }
                rest = rest.dropFirst(digits.count)
                tokens.append(.number(Int(digits) ?? .max, digits: digits.count))
            } else if first.isLetter {
                let word = rest.prefix(while: \.isLetter)
                rest = rest.dropFirst(word.count)
                tokens.append(.word(String(word)))
            } else {
                rest.removeFirst()
                if first != " " { tokens.append(.sign(first)) }
            }
        }
        return tokens
    }

    private static func reading(_ tokens: ArraySlice<Token>) -> Reading {
        var numbers: [(value: Int, digits: Int)] = []
        var signs: Set<Character> = []
        var hasWords = false
        var last: Token?
        for token in withoutTime(tokens) {
            switch token {
            case .number(let value, let digits):
                // Two numbers with a space between are no date, unless words have said which is which.
                if case .number? = last, !hasWords { return .unreadable }
                numbers.append((value, digits))
            case .word(let word):
                guard ["ngay", "thang", "nam", "t"].contains(word) else { return .unreadable }
                hasWords = true
            case .sign(let sign):
                guard "/-.,".contains(sign), case .number? = last else { return .unreadable }
                signs.insert(sign)
            }
            last = token
        }
        guard case .number? = last, signs.count <= 1 || hasWords else { return .unreadable }
        switch numbers.count {
        case 1 where numbers[0].digits == 4 && (1900...2100).contains(numbers[0].value):
            return date(year: numbers[0].value, month: nil, day: nil)
        case 2:
            var (month, year) = (numbers[0], numbers[1])
            if month.digits == 4 { swap(&month, &year) }
            guard month.digits <= 2, year.digits == 4 else { return .unreadable }
            return date(year: year.value, month: month.value, day: nil)
        case 3:
            var (day, month, year) = (numbers[0], numbers[1], numbers[2])
            if day.digits == 4 { swap(&day, &year) }
            guard day.digits <= 2, month.digits <= 2, year.digits == 2 || year.digits == 4 else { return .unreadable }
            guard year.digits == 2 else { return date(year: year.value, month: month.value, day: day.value) }
            let full = year.value + (year.value < 50 ? 2000 : 1900)
            return date(year: full, month: month.value, day: day.value, isTwoDigitYear: true)
        default: return .unreadable
        }
    }

    private static func date(year: Int, month: Int?, day: Int?, isTwoDigitYear: Bool = false) -> Reading {
        guard (1900...2100).contains(year), let date = PartialDay(year: year, month: month, day: day) else {
            return .impossible
        }
        return .date(date, isTwoDigitYear: isTwoDigitYear)
    }

    /// Without `00:00:00` or `T07:30Z` at the end.
    private static func withoutTime(_ tokens: ArraySlice<Token>) -> ArraySlice<Token> {
        guard let colon = tokens.firstIndex(of: .sign(":")), colon > tokens.startIndex + 1 else { return tokens }
        let date = tokens[..<(colon - 1)]
        return date.last == .word("t") ? date.dropLast() : date
    }

    private static func quarterEnd(_ tokens: ArraySlice<Token>) -> Day? {
        let quarters: [Token] = [.word("i"), .word("ii"), .word("iii"), .word("iv")]
        guard let first = tokens.first else { return nil }
        let quarter: Int
        if let index = quarters.firstIndex(of: first) {
            quarter = index + 1
        } else if case .number(let value, 1) = first, (1...4).contains(value) {
            quarter = value
        } else {
            return nil
        }
        for token in tokens.dropFirst().prefix(2) {
            if case .number(let year, 4) = token { return PartialDay(year: year, month: quarter * 3)?.latest }
        }
        return nil
    }
}
