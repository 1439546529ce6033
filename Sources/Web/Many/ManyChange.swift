import Access
import Kernel
import Persistence
import Records

/// One value for many records, with what it does to each.
struct ManyChange: Sendable {
    struct Row: Sendable {
        let id: Int64
        let version: Int
        let name: String
        let before: String
        let after: String
        let problem: Failure?

        var isUnchanged: Bool { problem == nil && before == after }
    }

    let rows: [Row]

    var changed: [Row] { rows.filter { $0.problem == nil && !$0.isUnchanged } }
    var refused: [Row] { rows.filter { $0.problem != nil } }
}

/// What somebody asked to do with many records.
struct ManyRequest: Sendable {
    /// The number of each, and the version that was seen.
    var records: [(id: Int64, version: Int?)]
    /// A field's name, or `end`.
    let action: String
    let value: String
    let reason: String?
    let once: String?

    static let end = "end"

    init(_ form: Query) {
        records = form.all("row").compactMap { text in
            let parts = text.split(separator: ":")
            guard let id = parts.first.flatMap({ Int64($0) }) else { return nil }
            return (id, parts.count > 1 ? Int(parts[1]) : nil)
        }
        action = form["action"] ?? ""
        value = CleanText(form["value"] ?? "").text
        reason = form["reason"].map { CleanText($0, lines: true).text }
        once = form["once"].map { String($0.prefix(64)) }
    }
}

extension RecordForms {
    /// The field that an action sets. Throws `many.no-action`.
    func field(of request: ManyRequest) throws -> Field<R> {
        let name = request.action == ManyRequest.end ? end : request.action
        let isOffered = request.action == ManyRequest.end || shareable.contains { $0.name == name }
        guard isOffered, let field = R.description.fields.first(where: { $0.name == name }) else {
            throw Failure(.invalid, "many.no-action")
        }
        return field
    }

    /// What the value means, as a form's field would be read. Throws `reference.unknown`, `form.several`.
    private func stored(
        _ request: ManyRequest, _ field: Field<R>, _ viewer: Viewer, _ db: Connection
    ) throws -> String {
        guard let picker = picker(field) else { return request.value }
        switch try picker.pick(request.value, chosen: nil, current: nil, viewer, db) {
        case .nothing: return ""
        case .one(let value): return value
        case .unknown: throw Failure(.invalid, "reference.unknown", ["value": request.value])
        case .several(let options):
            throw Failure(
                .invalid, "many.several",
                ["value": request.value, "options": options.map(\.label).joined(separator: "; ")])
        }
    }

    /// Changes each record as far as its rules allow. In a preview what was stored is undone by the caller.
    func carryOut(
        _ request: ManyRequest, _ viewer: Viewer, by act: Act, in db: Connection
    ) throws -> ManyChange {
        let field = try field(of: request)
        let value = try stored(request, field, viewer, db)
        if request.action == ManyRequest.end {
            guard !value.isEmpty else {
                throw Failure(.invalid, "field.required", ["field": "@\(R.description.key(field))"])
            }
            guard let reason = request.reason, !reason.isEmpty else { throw Failure(.invalid, "many.no-reason") }
        }
        var labels: [String: String] = [:]
        func label(_ record: R) throws -> String {
            let typed = field.typed(record)
            if let known = labels[typed] { return known }
            let label = typed.isEmpty ? "" : try picker(field).map { try $0.label(typed, viewer, db) ?? typed } ?? typed
            labels[typed] = label
            return label
        }
        let records = try reachable(request.records.map(\.id), viewer, db)
        let rows = try request.records.map { asked -> ManyChange.Row in
            guard let record = records[asked.id] else {
                throw Failure(.missing, "record.missing", ["type": "@type.\(R.description.name)", "id": "\(asked.id)"])
            }
            let before = try label(record)
            var after = before
            var problem: Failure?
            do {
                if let seen = asked.version, seen != record.version {
                    throw Failure(
                        .conflict, "record.changed-meanwhile",
                        ["type": "@type.\(R.description.name)", "id": "\(asked.id)"])
                }
                let draft = Draft(typed: [field.name: value], in: [field], over: record, today: act.at.day, vocabulary)
                if let finding = draft.findings.first { throw Failure(.invalid, finding.code, finding.details) }
                let changed = try db.attempt {
                    var changed = draft.record
                    try meaning(&changed, record, act.at.day, db)
                    let action: Change.Action = request.action == ManyRequest.end ? .ended : .changed
                    changed = try db.update(changed, from: record, by: act, action: action)
                    try requireWithin(changed.id, viewer, db)
                    if changed.version != record.version { try afterwards(changed, act, db) }
                    return changed
                }
                after = changed.version == record.version ? before : try label(changed)
                // A part of a unit is called as the whole: say where it lies now.
                if changed.version != record.version, after == before { after = request.value }
            } catch let failure as Failure where failure.kind != .defect && failure.kind != .unavailable {
                problem = failure
            }
            return ManyChange.Row(
                id: asked.id, version: record.version, name: name(record), before: before, after: after,
                problem: problem)
        }
        return ManyChange(rows: rows)
    }

    private func name(_ record: R) -> String {
        guard let field = R.description.fields.first(where: { $0.name == "name" }) else { return "\(record.id)" }
        return field.typed(record)
    }

    /// The records that the viewer may edit, in one question.
    private func reachable(_ ids: [Int64], _ viewer: Viewer, _ db: Connection) throws -> [Int64: R] {
        guard !ids.isEmpty else { return [:] }
        let d = R.description
        let rows = viewer.rows(.edit, d.name).condition("r") ?? "1 = 1"
        let records = try R.list(
            where: """
                id IN (SELECT r.id FROM \(described: d.table) r WHERE r.id IN (\(list: ids)) AND (\(rows)))
                """, in: db)
        return Dictionary(records.map { ($0.id.number, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
