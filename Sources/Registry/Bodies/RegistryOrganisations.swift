package import Access
import Kernel
import Persistence
import Records

extension Organisations {
    /// The organisations of the register: a body reaches the subtree of its unit (an association what it founded there),
    /// a cooperative and a group reach themselves. A body that has ended is followed to its successor; one without a
    /// unit of today reaches nothing, because guessing could open another unit's records.
    package static let ofRegistry = Organisations { refs, today, db in
        var found: [OrganisationRef: Organisation] = [:]
        for ref in refs {
            switch ref.type {
            case "body": found[ref] = try body(ref, today, db)
            case "cooperative":
                // Its people go on with the record that took its place.
                let id = try Cooperative.successor(of: Identifier(ref.id), in: db)?.number ?? ref.id
                found[ref] = try db.first("SELECT name FROM registry_cooperative WHERE id = \(id)") {
                    Organisation(ref, try $0[0], .cooperative(id))
                }
            case "group":
                let id = try Group.successor(of: Identifier(ref.id), in: db)?.number ?? ref.id
                found[ref] = try db.first("SELECT name FROM registry_group WHERE id = \(id)") {
                    Organisation(ref, try $0[0], .group(id))
                }
            default: break
            }
        }
        return found
    }

    private static func body(_ ref: OrganisationRef, _ today: Day, _ db: Connection) throws -> Organisation? {
        guard let body = try PublicBody.standing(Identifier(ref.id), on: today, in: db), let unit = body.unit else {
            return nil
        }
        let codes = try db.first(
            """
            SELECT was.code, now.code FROM registry_unit_span s JOIN registry_unit was ON was.id = s.unit_id
            JOIN registry_unit now ON now.id = s.current_unit_id
            WHERE s.unit_id = \(unit) AND s.from_day <= \(today) AND s.to_day > \(today)
            """
        ) { (was: try $0[0] as String, now: try $0[1] as String) }
        // A district that ended lies in a province; its committee does not become the province's.
        guard let codes, UnitLevel(code: codes.was) == UnitLevel(code: codes.now) else { return nil }
        let scope: Scope = body.founder.map { .founder($0.rawValue, unit: codes.now) } ?? .unit(codes.now)
        return Organisation(ref, body.name, scope)
    }
}

extension PublicBody {
    /// The body itself where it exists on a day, otherwise the one that came after it.
    static func standing(_ id: Identifier<PublicBody>, on day: Day, in db: Connection) throws -> PublicBody? {
        var next: Identifier<PublicBody>? = id
        var seen: Set<Identifier<PublicBody>> = []
        while let id = next, seen.insert(id).inserted, let body = try first(where: "id = \(id)", in: db) {
            if body.validTo.map({ $0 > day }) ?? true { return body.validFrom.map { $0 <= day } ?? true ? body : nil }
            next = body.successor
        }
        return nil
    }
}
