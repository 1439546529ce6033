import Kernel
import Persistence
import Records

extension SituationReport {
    /// The report for programs: `{"as_of", "figures": [{"id", "value", "unit", "numerator", "denominator",
    /// "not_reported", "records"}]}`. `value` is null where nothing is reported. A figure that an act's numbers decide
    /// adds `"basis": {"act", "in_force_from"}`; on an earlier day than that it is only a comparison.
    package func json(evidence: [String: [Int64]]) -> String {
        let figures = all.map { value in
            var object = JSONText()
            object.add("id", .text(value.id))
            object.add("value", value.value.map(SQLValue.integer) ?? .null)
            object.add("unit", .text(value.figure.unit.rawValue))
            object.add("numerator", .integer(Int64(value.numerator)))
            object.add("denominator", .integer(Int64(value.denominator)))
            object.add("not_reported", .integer(Int64(value.tally.notReported)))
            if let basis = value.basis {
                var source = JSONText()
                source.add("act", .text(basis.act))
                source.add("in_force_from", .text(basis.from.description))
                object.add("basis", raw: source.object)
            }
            object.add(
                "records", raw: "[" + (evidence[value.id] ?? []).map(String.init).joined(separator: ",") + "]")
            return object.object
        }
        var report = JSONText()
        report.add("as_of", .text(asOf.description))
        report.add("figures", raw: "[\n" + figures.joined(separator: ",\n") + "\n]")
        return report.object + "\n"
    }
}
