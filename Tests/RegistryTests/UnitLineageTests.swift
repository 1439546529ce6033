import Kernel
import Testing

@testable import Registry

@Suite("A unit version") struct UnitLineageTests {
    let gazetteer = Gazetteer.carried

    @Test(
        "lies where its successors and predecessors say",
        arguments: [
            // Written as, on; then asked for; where it lies.
            ("25918", "2024-06-30", "2024-06-30", "74.726.25918"),
            ("25894", "2024-06-30", "2025-12-10", "79.25906"),
            ("25840", "2024-04-30", "2025-12-10", "79.25840"),
            ("25840", "2024-06-30", "2020-01-01", "74.721.25840"),
            ("25924", "2024-06-30", "2025-07-01", "79.25760"),
            ("25924", "2024-06-30", "2025-06-30", "74.723.25924"),
            // A new commune made from exactly one old one, and one made from several of one district.
            ("25846", "2025-12-10", "2024-06-30", "74.721.25846"),
            ("25906", "2025-12-10", "2024-06-30", "74.726"),
            // Made from communes of two districts.
            ("25819", "2025-12-10", "2024-06-30", "74.719"),
            ("25768", "2025-12-10", "2024-06-30", "74"),
            ("723", "2022-01-01", "2024-06-30", "74.723"),
            ("726", "2024-06-30", "2025-12-10", "79"),
            ("74", "2024-06-30", "2025-12-10", "79"),
            ("79", "2025-12-10", "2024-06-30", ""),
            ("06", "2024-06-30", "2025-12-10", "19"),
        ] as [(String, Day, Day, String)]
    )
    func place(code: String, written: Day, day: Day, path: String) throws {
        let unit = try gazetteer.known(code, written)
        let place = try #require(gazetteer.whereabouts(of: unit.id, on: day))
        #expect(place.path.description == path)
        #expect(place.unit?.code == (place.needsChoice ? nil : place.path.last))
    }

    @Test("of a split commune needs a person's choice between its parts") func split() throws {
        let tanMy = try gazetteer.known("25918", "2024-06-30")
        let place = try #require(gazetteer.whereabouts(of: tanMy.id, on: "2025-12-10"))
        #expect(place.needsChoice)
        #expect(Set(place.choices.map(\.code)) == ["25888", "25909"])
        #expect(place.path.description == "79")
        let before = try #require(gazetteer.whereabouts(of: tanMy.id, on: "2025-06-30"))
        #expect(before.unit == tanMy)
    }

    @Test("of an ended district needs a choice between what its communes became") func endedDistrict() throws {
        let district = try gazetteer.known("726", "2024-06-30")
        let place = try #require(gazetteer.whereabouts(of: district.id, on: "2025-12-10"))
        #expect(place.needsChoice)
        #expect(Set(place.choices.map(\.code)) == ["25888", "25906", "25909", "25912", "25915"])
    }

    @Test("has spans that cover every day exactly once and say what the gazetteer says") func coverage() {
        let lineage = gazetteer.lineage
        var dice = Dice(state: 5)
        let days = lineage.turningDays
        for index in lineage.units.indices {
            let spans = lineage.spans(of: index, between: days)
            #expect(spans.first?.from == .distantPast)
            #expect(spans.last?.to == .distantFuture)
            #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.to == $1.from && $0.from < $0.to })
            for _ in 0..<20 {
                let day = dice.day(in: 2018...2029)
                let there = spans.filter { $0.from <= day && day < $0.to }
                #expect(there.count == 1)
                let place = lineage.place(of: index, on: day)
                #expect(there.first?.path == place.path)
                #expect(there.first?.unit == place.unit)
            }
        }
    }

    @Test("goes on under its code where the list of successors is silent") func silentList() {
        let files = """
            code,name,full_name,kind,level,parent_code,valid_from,valid_to
            10,Một,Tỉnh Một,tỉnh,1,,,
            101,Hai,Huyện Hai,huyện,2,10,,
            10001,Ba,Xã Ba,xã,3,101,,2024-01-01
            10001,Ba,Phường Ba,phường,3,101,2024-01-01,
            10002,Tư,Xã Tư,xã,3,101,,2024-01-01
            """
        let units = UnitTable(text: files, file: "").units().0.enumerated().map {
            $1.value.with(id: Unit.ID(Int64($0 + 1)))
        }
        let gazetteer = Gazetteer(units, [])
        #expect(gazetteer.whereabouts(of: 3, on: "2025-01-01")?.unit?.fullName == "Phường Ba")
        // Nobody says what Xã Tư became; it still lies in its district.
        #expect(gazetteer.whereabouts(of: 5, on: "2025-01-01")?.path.description == "10.101")
        #expect(gazetteer.whereabouts(of: 5, on: "2025-01-01")?.needsChoice == true)
    }
}

@Suite("The units of a day") struct UnitsOfADayTests {
    let gazetteer = Gazetteer.carried

    @Test("are those of that day, in Vietnamese order") func order() {
        let districts = gazetteer.children(of: "74", on: "2024-06-30").map(\.name)
        #expect(
            districts == [
                "Bàu Bàng", "Bắc Tân Uyên", "Bến Cát", "Dầu Tiếng", "Dĩ An", "Phú Giáo", "Tân Uyên", "Thủ Dầu Một",
                "Thuận An",
            ])
        #expect(gazetteer.children(of: "74", on: "2025-12-10").isEmpty)
        #expect(gazetteer.units(.commune, under: "74", on: "2024-06-30").count == 91)
        #expect(gazetteer.units(.commune, under: "79", on: "2025-12-10").count == 36)
        #expect(gazetteer.children(of: nil, on: "2024-06-30").count == 63)
        #expect(gazetteer.children(of: nil, on: "2025-12-10").count == 34)
        #expect(gazetteer.ancestors(of: "25918", on: "2024-06-30").map(\.code) == ["74", "726"])
        #expect(gazetteer.ancestors(of: "25906", on: "2025-12-10").map(\.code) == ["79"])
    }

    @Test("add up: the parts and what needs a choice make the whole, on every day") func sums() throws {
        var dice = Dice(state: 11)
        let written = gazetteer.lineage.units
        for _ in 0..<60 {
            let day = dice.day(in: 2019...2028)
            let records = (0..<200).map { _ in Int.random(in: written.indices, using: &dice) }
            var counts: [String: Int] = [:]
            for record in records {
                let path = try #require(gazetteer.path(of: written[record].id, on: day))
                for code in ["", path.province, path.district, path.commune].compactMap(\.self) {
                    counts[code, default: 0] += 1
                }
            }
            #expect(counts[""] == records.count)
            for (code, count) in counts where code.utf8.count != 5 {
                let parts = gazetteer.children(of: code.isEmpty ? nil : code, on: day)
                let below = parts.reduce(0) { $0 + (counts[$1.code] ?? 0) }
                let here = try records.filter {
                    try #require(gazetteer.path(of: written[$0].id, on: day)).last ?? "" == code
                }
                #expect(below + here.count == count, "\(code) on \(day)")
            }
        }
    }
}
