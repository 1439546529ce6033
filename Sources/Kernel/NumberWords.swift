/// How numbers are said where the regions differ. The default is that of the south in official writing.
package struct NumberWords: Sendable {
    /// 105: một trăm `lẻ` năm, in the north `linh`.
    package var zeroTens = "lẻ"
    /// 1,000: `nghìn`, in the south also `ngàn`.
    package var thousand = "nghìn"

    package init(zeroTens: String = "lẻ", thousand: String = "nghìn") {
        self.zeroTens = zeroTens
        self.thousand = thousand
    }

    /// `hai mươi tư triệu năm trăm nghìn`.
    package func words(_ number: Int64) -> String {
        if number == 0 { return "không" }
        let words = said(number.magnitude, follows: false).joined(separator: " ")
        return number < 0 ? "âm " + words : words
    }

    /// `Hai mươi tư triệu năm trăm nghìn đồng`.
    package func words(_ money: Money) -> String {
        let words = words(money.vnd)
        return words.prefix(1).uppercased() + words.dropFirst() + " đồng"
    }

    private static let digits = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]

    /// `follows`: greater groups have been said, so that hundreds are said even where they are none.
    private func said(_ number: UInt64, follows: Bool) -> [String] {
        let (billions, rest) = number.quotientAndRemainder(dividingBy: 1_000_000_000)
        var words: [String] = []
        var follows = follows
        if billions > 0 {
            words = said(billions, follows: follows) + ["tỷ"]
            follows = true
        }
        let (millions, thousands, units) = (Int(rest / 1_000_000), Int(rest / 1000 % 1000), Int(rest % 1000))
        if millions > 0 {
            words += group(millions, follows) + ["triệu"]
            follows = true
        }
        if thousands > 0 {
            words += group(thousands, follows) + [thousand]
        } else if follows, units > 0, units % 100 == 0 {
            // `một triệu năm trăm` is heard as 1,500,000.
            words += ["không", thousand]
        }
        if units > 0 { words += group(units, follows || thousands > 0) }
        return words
    }

    private func group(_ number: Int, _ follows: Bool) -> [String] {
        let (hundreds, tens, unit) = (number / 100, number / 10 % 10, number % 10)
        var words: [String] = []
        if hundreds > 0 || follows { words = [Self.digits[hundreds], "trăm"] }
        switch (tens, unit) {
        case (_, 0) where tens < 2: if tens == 1 { words.append("mười") }
        case (0, _): words += words.isEmpty ? [Self.digits[unit]] : [zeroTens, Self.digits[unit]]
        case (1, _): words += ["mười", unit == 5 ? "lăm" : Self.digits[unit]]
        default:
            words += [Self.digits[tens], "mươi"]
            switch unit {
            case 0: break
            case 1: words.append("mốt")
            case 4: words.append("tư")
            case 5: words.append("lăm")
            default: words.append(Self.digits[unit])
            }
        }
        return words
    }
}
