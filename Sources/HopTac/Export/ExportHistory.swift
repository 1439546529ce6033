import Documents
import Foundation
import Kernel
import Persistence
import Records
import Registry

extension WholeExport {
    /// The rows of the history about the records of one type.
    struct History {
        static let head = [
            "id", "at", "account_id", "body_id", "origin", "type", "record_id", "action", "before", "after", "reason",
            "batch_id",
        ]

        private let type: String
        private let table: ExportTable?
        private let source: SQL
        private let personal: SQL

        init(_ table: ExportTable, _ export: WholeExport) {
            let conditions = export.conditions(table)
            type = table.type
            self.table = table
            source = """
                records_change h LEFT JOIN \(described: table.table) r ON r.id = h.record_id
                WHERE h.type = \(table.type) AND (\(conditions.rows))
                """
            personal = conditions.personal
        }

        /// Of a type that is no record.
        init(type: String) {
            self.type = type
            table = nil
            source = "records_change h WHERE h.type = \(type)"
            personal = "1 = 1"
        }

        func write(to file: inout ExportFile, in db: Connection) throws {
            let columns = Self.head.map { "h.\($0)" }.joined(separator: ", ")
            try db.each(
                """
                SELECT CASE WHEN (\(personal)) THEN 1 ELSE 0 END, \(described: columns) FROM \(source) ORDER BY h.id
                """
            ) { row in
                let isOpen: Bool = try row[0]
                var fields: [CsvField] = []
                for (index, name) in Self.head.enumerated() {
                    let value = try row.value(index + 1)
                    switch (name, value) {
                    case ("at", .integer(let at)):
                        let date = Date(timeIntervalSince1970: Double(at) / 1000)
                        fields.append(.text(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))))
                    case ("before", .text(let json)), ("after", .text(let json)):
                        fields.append(.text(isOpen ? json : try masking(json)))
                    default: fields.append(.stored(value))
                    }
                }
                try file.add(fields)
            }
        }

        /// The same object with personal values masked.
        private func masking(_ json: String) throws -> String {
            let personal = Set((table?.columns ?? []).filter(\.isPersonal).map(\.name))
            guard personal.contains(where: { json.contains("\"\($0)\"") }) else { return json }
            guard let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
                return ""
            }
            let shown = object.reduce(into: [String: Any]()) { shown, field in
                guard personal.contains(field.key), !(field.value is NSNull) else {
                    shown[field.key] = field.value
                    return
                }
                shown[field.key] = (field.value as? String).map(masked) ?? "••••"
            }
            let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try JSONSerialization.data(withJSONObject: shown, options: options), as: UTF8.self)
        }
    }
}
