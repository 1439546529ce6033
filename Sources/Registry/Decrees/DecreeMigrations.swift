package import Persistence
import Records

/// Decrees on units as people enter them.
package let decreeMigrations: [Migration] = [
    Migration(
        part: "unit-decrees", number: 1, title: "Decrees on admin units",
        [
            .both(
                """
                CREATE TABLE registry_unit_decree (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL CHECK (name <> ''),
                    issuer TEXT,
                    effective_on TEXT NOT NULL,
                    lines TEXT NOT NULL,
                    note TEXT,
                    applied_on TEXT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                """)
        ] + searchIndex("registry_unit_decree") + orderIndex("registry_unit_decree"))
]
