import Kernel
import Persistence
package import Records

/// The figures of the situation report, Part 1.I of the plan: what there is, of which kind and state, with how many
/// members and how much capital. A figure that a record does not report counts as 'not reported', never as zero.
package enum SituationFigures {
    package static let cooperatives = Population(
        "cooperatives", of: Cooperative.self,
        figures: [
            Figure("cooperatives"),
            Figure("cooperatives.crop", where: "kind = 'crop'"),
            Figure("cooperatives.livestock", where: "kind = 'livestock'"),
            Figure("cooperatives.general", where: "kind = 'general'"),
            Figure("cooperatives.unknown_kind", where: "kind IS NULL"),
            Figure("cooperatives.active", where: "status = 'active'"),
            Figure("cooperatives.suspended", where: "status = 'suspended'"),
            Figure("cooperatives.stopped", where: "status = 'stopped'"),
            Figure("cooperatives.dissolving", where: "status = 'dissolving'"),
            Figure("cooperatives.unknown_status", where: "status IS NULL"),
            Figure("cooperatives.new", where: "is_new = 1"),
            Figure("cooperatives.large", where: "scale = 'large'", basis: ScaleClass.basis),
            Figure("cooperatives.medium", where: "scale = 'medium'", basis: ScaleClass.basis),
            Figure("cooperatives.small", where: "scale = 'small'", basis: ScaleClass.basis),
            Figure("cooperatives.micro", where: "scale = 'micro'", basis: ScaleClass.basis),
            Figure("cooperatives.unknown_scale", where: "scale IS NULL", basis: ScaleClass.basis),
            Figure("members", .persons, value: "members"),
            Figure("members.women", .persons, value: "women"),
            Figure("charter_capital", .vnd, value: "capital"),
            Figure("land_area", .squareMetres, value: "area"),
        ]
    ) { asOf, since in
        """
        SELECT c.id, c.unit_id, c.kind, s.status, h.members, h.women, k.amount_vnd AS capital, a.area_m2 AS area,
            CASE WHEN c.established >= \(since) THEN 1 ELSE 0 END AS is_new, \(ScaleClass.expression(on: asOf)) AS scale
        FROM registry_cooperative c \(Cooperative.listing.joins(asOf)) WHERE \(Cooperative.exists(asOf))
        """
    }

    /// Cooperatives dissolved within the period: they are no longer part of the whole.
    package static let dissolved = Population(
        "dissolved", of: Cooperative.self, listing: "dissolved_cooperative", figures: [Figure("cooperatives.dissolved")]
    ) { asOf, since in
        """
        SELECT c.id, c.unit_id FROM registry_cooperative c JOIN registry_cooperative_status s
        ON \(standing("registry_cooperative_status", "s", of: "c.id", on: asOf))
        WHERE s.status = 'dissolved' AND s.valid_from >= \(since) AND c.id NOT IN (\(Cooperative.merged))
        """
    }

    package static let groups = Population(
        "groups", of: Group.self,
        figures: [
            Figure("groups"),
            Figure("groups.farmers_union", where: "founder = 'farmers_union'"),
            Figure("groups.womens_union", where: "founder = 'womens_union'"),
            Figure("groups.veterans_association", where: "founder = 'veterans_association'"),
            Figure("groups.youth_union", where: "founder = 'youth_union'"),
            Figure("groups.other", where: "founder = 'other'"),
            Figure("groups.unknown_founder", where: "founder IS NULL"),
            Figure("group_members", .persons, value: "members"),
            Figure("group_members.women", .persons, value: "women"),
            Figure("group_members.farmers_union", .persons, where: "founder = 'farmers_union'", value: "members"),
            Figure("group_members.womens_union", .persons, where: "founder = 'womens_union'", value: "members"),
            Figure(
                "group_members.veterans_association", .persons, where: "founder = 'veterans_association'",
                value: "members"),
            Figure("group_members.youth_union", .persons, where: "founder = 'youth_union'", value: "members"),
            Figure("group_members.other", .persons, where: "founder = 'other'", value: "members"),
        ]
    ) { asOf, _ in
        """
        SELECT g.id, g.unit_id, g.founder, h.members, h.women
        FROM registry_group g \(Group.listing.joins(asOf)) WHERE \(Group.exists(asOf))
        """
    }
}
