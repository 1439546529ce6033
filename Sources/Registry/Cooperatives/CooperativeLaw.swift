package import Kernel
package import Persistence
import Records

extension Cooperative {
    /// What the law of a day says against the facts that stand on it. Warnings only: a register must hold what is so,
    /// and a registered cooperative can fall below what its law asks.
    package static func lawFindings(
        of cooperative: Identifier<Cooperative>, on day: Day, law: LawNumbers = .shipped, in db: Connection
    ) throws -> [Diagnostic] {
        var findings: [Diagnostic] = []
        let members = try Headcount.standing(of: cooperative, on: day, in: db)?.members
        if let members, let minimum = law.minimumMembers(on: day), members < minimum.members {
            findings.append(
                Diagnostic(
                    .warning, "cooperative.below-minimum",
                    ["members": "\(members)", "minimum": "\(minimum.members)", "act": minimum.act]))
        }
        let officers = try Officer.list(
            where: """
                cooperative_id = \(cooperative) AND (valid_from IS NULL OR valid_from <= \(day))
                AND (valid_to IS NULL OR valid_to > \(day)) ORDER BY id
                """, in: db)
        for rule in law.incompatiblePosts(on: day) {
            for watcher in officers where rule.post.contains(watcher.role.rawValue) {
                // The same name and birth year in one cooperative is taken for one person; a warning asks to look.
                let clash = officers.first {
                    rule.not_with.contains($0.role.rawValue) && $0.name == watcher.name
                        && $0.birthYear == watcher.birthYear
                }
                guard let clash else { continue }
                findings.append(
                    Diagnostic(
                        .warning, "law.incompatible-posts",
                        [
                            "name": watcher.name, "post": "@\(watcher.role.textKey)", "other": "@\(clash.role.textKey)",
                            "act": rule.act,
                        ]))
            }
        }
        return findings
    }
}

extension CooperativeUnion {
    /// As for cooperatives: fewer members than the law asks of a union.
    package static func lawFindings(
        of union: Identifier<CooperativeUnion>, on day: Day, law: LawNumbers = .shipped, in db: Connection
    ) throws -> [Diagnostic] {
        guard let minimum = law.minimumOfUnion(on: day) else { return [] }
        let members: Int = try db.one(
            """
            SELECT count(*) FROM registry_union_membership WHERE union_id = \(union)
            AND (valid_from IS NULL OR valid_from <= \(day)) AND (valid_to IS NULL OR valid_to > \(day))
            """
        ) { try $0[0] }
        guard members < minimum.members else { return [] }
        return [
            Diagnostic(
                .warning, "law.union-below-minimum",
                ["members": "\(members)", "minimum": "\(minimum.members)", "act": minimum.act])
        ]
    }
}
