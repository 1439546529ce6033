import Kernel
import Persistence
import Records
import Registry

extension GradeCounts {
    /// For programs: `{"year", "as_of", "unit", "whole": {…}, "units": [{"unit", …}], "kinds": [{"kind", …}]}`, each with
    /// `cooperatives`, `graded`, the four grades, `not_assessed` and `unrecorded`.
    func json(_ question: GradeQuestion) -> String {
        func object(_ spread: Spread, _ name: String? = nil, _ value: String? = nil) -> String {
            var object = JSONText()
            if let name { object.add(name, value.map(SQLValue.text) ?? .null) }
            object.add("cooperatives", .integer(Int64(spread.all)))
            object.add("graded", .integer(Int64(spread.graded)))
            for standing in Standing.grades { object.add("\(standing)", .integer(Int64(spread[standing]))) }
            object.add("not_assessed", .integer(Int64(spread[.notAssessed])))
            object.add("unrecorded", .integer(Int64(spread[.unrecorded])))
            return object.object
        }
        var whole = JSONText()
        whole.add("year", .integer(Int64(year.number)))
        whole.add("as_of", .text(question.asOf.description))
        whole.add("unit", question.unit.map(SQLValue.text) ?? .null)
        whole.add("whole", raw: object(self.whole))
        whole.add("units", raw: "[" + lines.map { object($0.spread, "unit", $0.code) }.joined(separator: ",") + "]")
        whole.add(
            "kinds", raw: "[" + kinds.map { object($0.spread, "kind", $0.kind?.rawValue) }.joined(separator: ",") + "]")
        return whole.object + "\n"
    }
}
