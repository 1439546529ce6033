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
    Migration(
        part: "assessment", number: 4, title: "Rounds, cases, approvals and decisions",
        """
        CREATE TABLE assessment_grading (
            id {id},
            version BIGINT NOT NULL,
            year BIGINT NOT NULL,
            instrument_id BIGINT NOT NULL REFERENCES assessment_instrument (id),
            self_due_on TEXT NOT NULL,
            review_due_on TEXT NOT NULL,
            check_due_on TEXT NOT NULL,
            appeal_due_on TEXT,
            opened_on TEXT,
            instrument_version BIGINT,
            instrument_text TEXT,
            UNIQUE (year, instrument_id)
        );
        CREATE TABLE assessment_decision (
            id {id},
            version BIGINT NOT NULL,
            round_id BIGINT NOT NULL REFERENCES assessment_grading (id),
            title TEXT NOT NULL,
            superior TEXT,
            issuer TEXT NOT NULL,
            authority TEXT NOT NULL,
            symbol TEXT NOT NULL,
            place TEXT NOT NULL,
            grounds TEXT NOT NULL,
            recipients TEXT NOT NULL,
            signer_title TEXT NOT NULL,
            signer TEXT NOT NULL,
            number TEXT,
            signed_on TEXT,
            signed_by_id BIGINT,
            file TEXT,
            CHECK ((number IS NULL) = (signed_on IS NULL) AND (number IS NULL) = (file IS NULL))
        );
        CREATE INDEX assessment_decision_round ON assessment_decision (round_id);
        CREATE TABLE assessment_case (
            id {id},
            version BIGINT NOT NULL,
            cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
            round_id BIGINT NOT NULL REFERENCES assessment_grading (id),
            state TEXT NOT NULL,
            exclusion TEXT,
            exclusion_reason TEXT,
            self_sheet TEXT,
            review_sheet TEXT,
            check_sheet TEXT,
            board_agreed_on TEXT,
            supervisors_agreed_on TEXT,
            is_on_behalf BIGINT NOT NULL,
            submitted_on TEXT,
            submitted_by_id BIGINT,
            reviewed_on TEXT,
            reviewed_by_id BIGINT,
            checked_on TEXT,
            checked_by_id BIGINT,
            remarks TEXT,
            appeal TEXT,
            appeal_answer TEXT,
            points_hundredths BIGINT,
            grade TEXT,
            decision_id BIGINT REFERENCES assessment_decision (id),
            UNIQUE (round_id, cooperative_id),
            CHECK ((exclusion IS NOT NULL) = (state = 'excluded'))
        );
        CREATE INDEX assessment_case_state ON assessment_case (round_id, state);
        CREATE INDEX assessment_case_cooperative ON assessment_case (cooperative_id);
        CREATE TABLE assessment_approval (
            id {id},
            version BIGINT NOT NULL,
            round_id BIGINT NOT NULL REFERENCES assessment_grading (id),
            unit_code TEXT NOT NULL,
            approved_on TEXT NOT NULL,
            approved_by_id BIGINT,
            withdrawn_on TEXT
        );
        CREATE UNIQUE INDEX assessment_approval_area ON assessment_approval (round_id, unit_code)
            WHERE withdrawn_on IS NULL;
        CREATE TABLE assessment_template (
            id {id},
            version BIGINT NOT NULL,
            name TEXT NOT NULL,
            file TEXT NOT NULL,
            given_on TEXT NOT NULL,
            given_by_id BIGINT,
            withdrawn_on TEXT
        );
        ALTER TABLE assessment_outcome ADD COLUMN decision_id BIGINT REFERENCES assessment_decision (id);
        """),
    Migration(
        part: "assessment", number: 5, title: "Advice plans and dissolutions",
        """
        CREATE TABLE assessment_advice (
            id {id},
            version BIGINT NOT NULL,
            cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
            year BIGINT NOT NULL,
            actions TEXT NOT NULL CHECK (actions <> ''),
            adviser TEXT NOT NULL CHECK (adviser <> ''),
            until_on TEXT NOT NULL,
            outcome TEXT,
            closed_on TEXT,
            CHECK (closed_on IS NULL OR outcome IS NOT NULL)
        );
        CREATE INDEX assessment_advice_year ON assessment_advice (year, cooperative_id);
        CREATE INDEX assessment_advice_cooperative ON assessment_advice (cooperative_id, year);
        CREATE TABLE assessment_dissolution (
            id {id},
            version BIGINT NOT NULL,
            cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
            ground TEXT NOT NULL,
            explanation TEXT NOT NULL CHECK (explanation <> ''),
            proposed_on TEXT NOT NULL,
            step TEXT NOT NULL,
            step_on TEXT,
            CHECK (step = 'proposed' OR step_on IS NOT NULL)
        );
        CREATE INDEX assessment_dissolution_cooperative ON assessment_dissolution (cooperative_id, proposed_on);
        CREATE UNIQUE INDEX assessment_dissolution_open ON assessment_dissolution (cooperative_id)
            WHERE step <> 'dissolved' AND step <> 'withdrawn';
        """),
    Migration(
        part: "assessment", number: 6, title: "Rules and lines of annual returns",
        [
            .both(
                """
                CREATE TABLE assessment_return_rule (
                    id {id},
                    version BIGINT NOT NULL,
                    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
                    field TEXT NOT NULL,
                    left_side TEXT NOT NULL,
                    comparison TEXT NOT NULL,
                    right_side TEXT NOT NULL,
                    importance TEXT NOT NULL,
                    when_missing TEXT NOT NULL,
                    message_vi TEXT NOT NULL,
                    message_en TEXT NOT NULL,
                    blocks BIGINT NOT NULL,
                    first_year BIGINT,
                    last_year BIGINT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                CREATE TABLE assessment_return_product (
                    id {id},
                    version BIGINT NOT NULL,
                    return_id BIGINT NOT NULL REFERENCES assessment_return (id),
                    product TEXT NOT NULL CHECK (product <> ''),
                    area_m2 BIGINT CHECK (area_m2 >= 0),
                    quantity_hundredths BIGINT CHECK (quantity_hundredths >= 0),
                    measure TEXT,
                    value_vnd BIGINT CHECK (value_vnd >= 0),
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL,
                    UNIQUE (return_id, product)
                );
                CREATE TABLE assessment_return_loan (
                    id {id},
                    version BIGINT NOT NULL,
                    return_id BIGINT NOT NULL REFERENCES assessment_return (id),
                    lender TEXT NOT NULL CHECK (lender <> ''),
                    balance_vnd BIGINT CHECK (balance_vnd >= 0),
                    due_on TEXT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL,
                    UNIQUE (return_id, lender)
                );
                """)
        ]
            + ["assessment_return_rule", "assessment_return_product", "assessment_return_loan"].flatMap {
                searchIndex($0) + orderIndex($0)
            }),
    Migration(
        part: "assessment", number: 7, title: "Reminders of returns",
        """
        ALTER TABLE assessment_round ADD COLUMN remind_days BIGINT;
        CREATE TABLE assessment_reminder (
            round_id BIGINT NOT NULL REFERENCES assessment_round (id),
            account_id BIGINT NOT NULL REFERENCES access_account (id),
            occasion TEXT NOT NULL,
            queued_on TEXT NOT NULL,
            PRIMARY KEY (round_id, account_id, occasion)
        );
        """),
    Migration(
        part: "assessment", number: 8, title: "Who has reported, without reading the returns",
        """
        CREATE INDEX assessment_return_coming
            ON assessment_return (year, cooperative_id, submitted_on, accepted_on);
        """),
]
