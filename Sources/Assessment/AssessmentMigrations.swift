package import Persistence

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
        """)
]
