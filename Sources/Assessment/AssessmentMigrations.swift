package import Persistence
import Records

/// The tables of assessment.
package let assessmentMigrations: [Migration] = [
    Migration(
        part: "assessment", number: 1, title: "Outcomes of assessments",
        """
        CREATE TABLE assessment_outcome (
            id {id},
            version BIGINT NOT NULL,
            cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
            year BIGINT NOT NULL,
            grade TEXT,
            exclusion TEXT,
            points_hundredths BIGINT CHECK (points_hundredths BETWEEN 0 AND 10000),
            instrument TEXT,
            decision_number TEXT,
            decided_on TEXT,
            UNIQUE (cooperative_id, year),
            CHECK ((grade IS NULL) <> (exclusion IS NULL))
        );
        CREATE INDEX assessment_outcome_year ON assessment_outcome (year, cooperative_id);
        """),
    Migration(
        part: "assessment", number: 2, title: "Annual returns",
        """
        CREATE TABLE assessment_return (
            id {id},
            version BIGINT NOT NULL,
            cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
            year BIGINT NOT NULL,
            state TEXT NOT NULL,
            is_on_behalf BIGINT NOT NULL,
            submitted_on TEXT,
            accepted_on TEXT,
            remarks TEXT,
            revenue_planned_vnd BIGINT CHECK (revenue_planned_vnd >= 0),
            revenue_vnd BIGINT CHECK (revenue_vnd >= 0),
            revenue_services_vnd BIGINT CHECK (revenue_services_vnd >= 0),
            revenue_products_vnd BIGINT CHECK (revenue_products_vnd >= 0),
            revenue_other_vnd BIGINT CHECK (revenue_other_vnd >= 0),
            revenue_contracts_vnd BIGINT CHECK (revenue_contracts_vnd >= 0),
            exports_vnd BIGINT CHECK (exports_vnd >= 0),
            production_value_vnd BIGINT CHECK (production_value_vnd >= 0),
            cost_vnd BIGINT CHECK (cost_vnd >= 0),
            profit_vnd BIGINT,
            taxes_vnd BIGINT CHECK (taxes_vnd >= 0),
            profit_after_tax_vnd BIGINT,
            development_fund_vnd BIGINT CHECK (development_fund_vnd >= 0),
            reserve_fund_vnd BIGINT CHECK (reserve_fund_vnd >= 0),
            welfare_fund_vnd BIGINT CHECK (welfare_fund_vnd >= 0),
            common_fund_vnd BIGINT CHECK (common_fund_vnd >= 0),
            capital_vnd BIGINT,
            common_assets_vnd BIGINT CHECK (common_assets_vnd >= 0),
            debts_vnd BIGINT CHECK (debts_vnd >= 0),
            loans_vnd BIGINT CHECK (loans_vnd >= 0),
            investment_vnd BIGINT CHECK (investment_vnd >= 0),
            members_end BIGINT CHECK (members_end >= 0),
            members_average BIGINT CHECK (members_average >= 0),
            members_served BIGINT CHECK (members_served >= 0),
            workers BIGINT CHECK (workers >= 0),
            women_workers BIGINT CHECK (women_workers >= 0),
            insured_workers BIGINT CHECK (insured_workers >= 0),
            worker_income_vnd BIGINT CHECK (worker_income_vnd >= 0),
            trained BIGINT CHECK (trained >= 0),
            area_m2 BIGINT CHECK (area_m2 >= 0),
            is_sanctioned BIGINT,
            commendations TEXT,
            explanation TEXT,
            UNIQUE (cooperative_id, year)
        );
        CREATE INDEX assessment_return_year ON assessment_return (year, state, cooperative_id);
        CREATE TABLE assessment_round (
            id {id},
            version BIGINT NOT NULL,
            year BIGINT NOT NULL UNIQUE,
            due_on TEXT NOT NULL,
            locked_on TEXT
        );
        CREATE TABLE assessment_extension (
            id {id},
            version BIGINT NOT NULL,
            cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
            year BIGINT NOT NULL,
            until_on TEXT NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (cooperative_id, year)
        );
        """),
    Migration(
        part: "assessment", number: 3, title: "Scoring instruments",
        [
            .both(
                """
                CREATE TABLE assessment_instrument (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
                    title TEXT NOT NULL CHECK (title <> ''),
                    text TEXT NOT NULL,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                """)
        ] + searchIndex("assessment_instrument") + orderIndex("assessment_instrument")),
]
