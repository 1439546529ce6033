import Access
import Foundation
import Hummingbird
import Kernel
import Persistence
import Records

extension RecordApi {
    /// GET /api/v1/{type}/{id}/history: what was done to a record, newest first, personal fields masked.
    func history(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = try ApiQuery(request, context, allowed: ["limit", "after"])
        let limit = Int(try query.integer("limit", within: 1...500) ?? 50)
        let after = try query.integer("after", within: 1...Int64.max) ?? .max
        let id: R.ID = try context.id("id")
        let viewer = try context.viewer
        let (changes, names) = try await database.read { db in
            try viewer.require(.read, id, in: db)
            _ = try R.find(id, in: db)
            let changes = try Change.list(
                where: "type = \(type) AND record_id = \(id) AND id < \(after)", limit: limit + 1, in: db)
            return (changes, try UserAccount.names(changes.compactMap(\.account), in: db))
        }
        let page = changes.prefix(limit)
        var object = JSONText()
        object.add(
            "items",
            raw: Web.list(Array(page)) { change, object in write(change, names, &object) })
        object.add("next", changes.count > limit ? page.last.map { .text("\($0.id)") } ?? .null : .null)
        return .json(object.object)
    }

    private func write(_ change: Change, _ names: [Identifier<Account>: String], _ object: inout JSONText) {
        object.add("id", .integer(change.id))
        object.add("at", .text(change.at.iso))
        object.add("action", .text(change.action.rawValue))
        object.add("origin", .text(change.origin))
        object.add("account_id", change.account.map { .integer($0.number) } ?? .null)
        object.add("account", change.account.flatMap { names[$0] }.map { .text($0) } ?? .null)
        object.add("reason", change.reason.map { .text($0) } ?? .null)
        object.add("import_id", change.batch.map { .integer($0) } ?? .null)
        let (before, after) = (values(change.before), values(change.after))
        object.add("before", raw: fields(before))
        object.add("after", raw: fields(after))
        let masked = shape.fields.filter { $0.isPersonal && (before[$0.name] != nil || after[$0.name] != nil) }
        object.add("masked", raw: "[\(masked.map { JSONText.quoted($0.column) }.joined(separator: ","))]")
    }

    private func fields(_ values: [String: SQLValue]) -> String {
        var object = JSONText()
        for field in shape.fields where !field.isPersonal {
            if let value = values[field.name] { object.add(field.column, raw: field.json(value)) }
        }
        return object.object
    }

    /// The fields of a row of history, by their names.
    private func values(_ json: String?) -> [String: SQLValue] {
        guard let json, let object = try? JSONInput.object(Array(json.utf8)) else { return [:] }
        return object.compactMapValues { value in
            switch value {
            case .null: .null
            case .integer(let number): .integer(number)
            case .text(let text): .text(text)
            case .flag, .other: nil
            }
        }
    }
}
