import Access
import HTTPTypes
import Hummingbird
import Kernel
import Persistence
import Records

extension RecordApi {
    /// POST /api/v1/{type}
    func create(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try ApiQuery(request, context, allowed: [])
        let write = try await ApiWrite(request, context)
        let sent = try JSONInput.object(write.body)
        let (viewer, act, t) = (try context.viewer, try context.act(), context.t)
        return try await once(write, viewer) { db in
            let record = try acceptable(sent, over: R(), viewer, in: db)
            let stored = try db.insert(record, by: act)
            try settle(stored.id, viewer, act, in: db)
            return try answer(stored, status: 201, doubted: t, in: db)
        }
    }

    /// PATCH /api/v1/{type}/{id}: a JSON object with the columns that change (RFC 7396).
    func change(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try ApiQuery(request, context, allowed: [])
        let id: R.ID = try context.id("id")
        let version = try Self.version(request)
        let write = try await ApiWrite(request, context)
        let sent = try JSONInput.object(write.body)
        let (viewer, act, t) = (try context.viewer, try context.act(), context.t)
        return try await once(write, viewer) { db in
            try viewer.require(.edit, id, in: db)
            let before = try R.find(id, in: db)
            guard before.version == version else { throw stale(before, sent) }
            let record = try acceptable(sent, over: before, viewer, in: db)
            let stored = try db.update(record, from: before, by: act)
            try settle(id, viewer, act, in: db)
            return try answer(stored, doubted: t, in: db)
        }
    }

    /// POST /api/v1/{type}/{id}/end: `{"on": day, "reason": text}`. What has ended stays and is found as of its days.
    func end(_ request: Request, _ context: WebContext, _ end: ApiField) async throws -> Response {
        _ = try ApiQuery(request, context, allowed: [])
        let id: R.ID = try context.id("id")
        let version = try Self.version(request)
        let write = try await ApiWrite(request, context)
        let sent = try JSONInput.object(write.body)
        var findings = sent.keys.filter { $0 != "on" && $0 != "reason" }.sorted().map {
            ProblemDetails.Finding(field: $0, code: "field.no-such-field", details: ["field": $0])
        }
        var (day, reason) = (Day.unset, "")
        if case .text(let text)? = sent["on"], let read = Day(text) {
            day = read
        } else {
            findings.append(.init(field: "on", code: "field.wrong-type", details: ["field": "on"]))
        }
        if case .text(let text)? = sent["reason"], let read = try? Self.reason(text, longest: 1000) {
            reason = read
        } else {
            findings.append(.init(field: "reason", code: "api.no-reason", details: [:]))
        }
        try Self.require(findings)
        let (viewer, act) = (try context.viewer, try context.act(reason: reason))
        let values = [end.column: SQLValue.text(day.description)]
        return try await once(write, viewer) { db in
            try viewer.require(.edit, id, in: db)
            let before = try R.find(id, in: db)
            guard before.version == version else { throw stale(before, [:]) }
            if let field = R.description.fields.first(where: { $0.column == end.column }),
                field.stored(before) != .null
            {
                throw Failure(.refused, "record.has-ended", ["type": "@type.\(type)", "id": "\(id)"])
            }
            let draft = Draft(values: values, over: before)
            try Self.require(draft.findings.map(finding))
            let stored = try db.update(draft.record, from: before, by: act, action: .ended)
            try settle(id, viewer, act, in: db)
            return answer(stored)
        }
    }

    /// Does it in one transaction, or answers as before where it was done under the same key.
    private func once(
        _ write: ApiWrite, _ viewer: Viewer, _ body: @escaping @Sendable (Connection) throws -> ApiAnswer
    ) async throws -> Response {
        try await database.write { db in
            if let earlier = try write.earlier(in: db) {
                try viewer.require(.read, R.ID(earlier.record), in: db)
                return earlier
            }
            let answer = try body(db)
            try write.keep(answer, in: db)
            return answer
        }.response
    }

    /// What lies beyond the writer's own reach after a change is not stored.
    private func settle(_ id: R.ID, _ viewer: Viewer, _ act: Act, in db: Connection) throws {
        guard try viewer.allows(.edit, id, in: db) else {
            throw Failure(.forbidden, "access.outside-scope", ["type": "@type.\(type)"])
        }
        try access.settle(type, id.number, by: act, in: db)
    }

    /// `"3"` is version 3. Throws `api.if-match-needed`, `api.bad-if-match`.
    private static func version(_ request: Request) throws -> Int {
        guard let tag = request.headers[.ifMatch] else {
            throw Refusal(.preconditionRequired, Failure(.usage, "api.if-match-needed"))
        }
        let digits = tag.dropFirst().dropLast()
        guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\""),
            digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let version = Int(digits)
        else { throw Failure(.usage, "api.bad-if-match") }
        return version
    }

    /// The record with what was sent. Throws `api.not-acceptable` with everything that stands against it.
    private func acceptable(
        _ sent: [String: JSONInput], over base: R, _ viewer: Viewer, in db: Connection
    ) throws -> R {
        let values = Dictionary(
            uniqueKeysWithValues: sent.map { column, value in
                (column, shape.field(column).map(value.stored) ?? SQLValue.null)
            })
        let draft = Draft(values: values, over: base)
        var findings = draft.findings.map(finding)
        func find(_ field: ApiField, _ code: String, _ details: [String: String] = [:]) {
            guard !findings.contains(where: { $0.field == field.column }) else { return }
            let details = details.merging(["field": "@\(field.key)"]) { own, _ in own }
            findings.append(.init(field: field.column, code: code, details: details))
        }
        for (field, described) in zip(shape.fields, R.description.shown) {
            if described.isUnasked, values[field.column] != nil,
                described.stored(draft.record) != described.stored(base)
            {
                find(field, "field.no-such-field")
            }
            if base.version == 0, field.isNeeded, values[field.column] == nil { find(field, "field.required") }
            switch (field.kind, described.stored(draft.record)) {
            case (.reference(let type), .integer(let id)) where described.stored(base) != .integer(id):
                let isThere = try tables[type].map { try viewer.allows(.read, type, $0, id, in: db) } ?? false
                if !isThere { find(field, "reference.unknown", ["value": "\(id)"]) }
            case (_, .text(let text)):
                if let longest = field.longest, text.count > longest {
                    find(field, "text.too-long", ["length": "\(text.count)", "limit": "\(longest)"])
                }
            default: break
            }
        }
        try Self.require(findings)
        return draft.record
    }

    private func finding(_ found: Draft<R>.Finding) -> ProblemDetails.Finding {
        let column = shape.fields.first { $0.name == found.field }?.column ?? found.field
        return .init(field: column, code: found.code, details: found.details)
    }

    private static func require(_ findings: [ProblemDetails.Finding]) throws {
        guard !findings.isEmpty else { return }
        var refusal = Refusal(.unprocessableContent, Failure(.invalid, "api.not-acceptable"))
        refusal.details = ProblemDetails(findings: findings)
        throw refusal
    }

    /// Somebody else was first: what they left beside what was sent.
    private func stale(_ present: R, _ sent: [String: JSONInput]) -> Refusal {
        var refusal = Refusal(
            .preconditionFailed,
            Failure(.conflict, "record.changed-meanwhile", ["type": "@type.\(type)", "id": "\(present.id)"]))
        refusal.headers[.eTag] = "\"\(present.version)\""
        for (field, described) in zip(shape.fields, R.description.shown) {
            guard let value = sent[field.column]?.stored(as: field), value != described.stored(present) else {
                continue
            }
            refusal.details.differences.append(
                (
                    field.column, field.json(value),
                    field.isPersonal ? nil : field.json(described.stored(present))
                ))
        }
        return refusal
    }
}
