import Kernel
import Registry

/// A register of made-up cooperatives, the same for the same number of them, spread over the communes of a day.
struct MadeRegister {
    struct Officer {
        let name: String
        let role: OfficerRole
        let sex: Sex
        let birthYear: Int
    }

    /// What one cooperative reports for a year.
    struct Year {
        let from: Day
        let status: StatusChoice
        let members: Int
        let women: Int
        let capital: Money
        let area: Area
    }

    struct Entry {
        let name: String
        let taxCode: String
        let established: Day
        let commune: Unit
        let district: Unit
        let kind: CooperativeKind
        let phone: String
        let products: String
        let officers: [Officer]
        let years: [Year]
    }

    static let asOf: Day = "2024-06-30"
    let entries: [Entry]

    init(count: Int, gazetteer: Gazetteer) {
        var chance = Chance(seed: 20_240_630)
        let communes = gazetteer.units(.commune, on: Self.asOf)
        var taken: Set<String> = []
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for number in 0..<count {
            let commune = communes[number % communes.count]
            guard let district = commune.parentCode.flatMap({ gazetteer.unit($0, on: Self.asOf) }) else { continue }
            var name = Self.name(&chance)
            while !taken.insert("\(BusinessName(name).exact) @ \(commune.code)").inserted { name = Self.name(&chance) }
            entries.append(
                Entry(
                    name: name, taxCode: Self.taxCode(number),
                    established: Self.day(2005...2018, &chance), commune: commune, district: district,
                    kind: chance.one(of: CooperativeKind.allCases), phone: "09\(10_000_000 + number)",
                    products: chance.one(of: Self.products), officers: Self.officers(&chance),
                    years: Self.years(&chance)))
        }
        self.entries = entries
    }

    private static func name(_ chance: inout Chance) -> String {
        "\(chance.one(of: kinds)) \(chance.one(of: firsts)) \(chance.one(of: seconds)) \(chance.number(1...99))"
    }

    /// A well-formed code with its check digit. Numbers that would need the check digit 10 are not given out.
    private static func taxCode(_ number: Int) -> String {
        var tried = 370_000_000 + number * 11
        while true {
            for digit in 0...9 {
                if case .valid(let code) = TaxCode.check("\(tried)\(digit)") { return code }
            }
            tried += 1
        }
    }

    private static func day(_ years: ClosedRange<Int>, _ chance: inout Chance) -> Day {
        Day(year: chance.number(years), month: chance.number(1...12), day: chance.number(1...28)) ?? .unset
    }

    private static func officers(_ chance: inout Chance) -> [Officer] {
        [OfficerRole.director, .chair, .accountant, .supervisor].map { role in
            let sex = chance.one(of: Sex.allCases)
            let middle = sex == .female ? "Thị" : "Văn"
            return Officer(
                name: "\(chance.one(of: families)) \(middle) \(chance.one(of: firsts)) \(chance.one(of: given))",
                role: role, sex: sex, birthYear: chance.number(1955...1999))
        }
    }

    private static func years(_ chance: inout Chance) -> [Year] {
        var members = chance.number(7...120)
        var capital = chance.number(100...9_000)
        return (2019...2023).map { year in
            members = max(7, members + chance.number(-3...6))
            capital += chance.number(0...200)
            return Year(
                from: Day(year: year, month: 6, day: 30) ?? .unset,
                status: chance.number(1...20) == 1 ? .suspended : .active, members: members,
                women: chance.number(0...members), capital: Money(vnd: Int64(capital) * 1_000_000),
                area: Area(squareMetres: Int64(chance.number(1...400)) * 1_000))
        }
    }

    private static let kinds = [
        "HTX", "HTX NN", "HTX DVNN", "Hợp tác xã nông nghiệp", "HTX Nông nghiệp công nghệ cao", "HTX Trồng trọt",
        "HTX Chăn nuôi", "HTX Rau an toàn", "HTX Cây ăn trái", "HTX Hoa lan",
    ]
    private static let firsts = [
        "An", "Bình", "Chánh", "Đông", "Định", "Hòa", "Hưng", "Kim", "Long", "Minh", "Mỹ", "Nam", "Phú", "Phước", "Quý",
        "Sơn", "Tân", "Thanh", "Thành", "Thuận", "Trung", "Trường", "Vĩnh", "Xuân",
    ]
    private static let seconds = [
        "An", "Bình", "Đạt", "Điền", "Đức", "Hải", "Hiệp", "Hội", "Khánh", "Lập", "Lộc", "Lợi", "Mỹ", "Nghĩa", "Phát",
        "Quới", "Tâm", "Tây", "Thạnh", "Thắng", "Thịnh", "Tiến", "Uyên", "Vượng",
    ]
    private static let families = [
        "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
    ]
    private static let given = [
        "Anh", "Bích", "Châu", "Cường", "Dũng", "Đào", "Giang", "Hà", "Hạnh", "Hùng", "Hương", "Khoa", "Lan", "Linh",
        "Mai", "Nga", "Oanh", "Phúc", "Quân", "Sáng", "Tài", "Trang", "Tuấn", "Vinh", "Yến",
    ]
    private static let products = [
        "Rau ăn lá, rau gia vị", "Bưởi da xanh", "Cam, quýt", "Hoa lan, cá cảnh", "Dưa lưới", "Heo thịt, gà ta",
        "Cao su, hồ tiêu", "Nấm bào ngư", "Sầu riêng, măng cụt", "Bò sữa",
    ]
}
