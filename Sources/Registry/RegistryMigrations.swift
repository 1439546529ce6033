package import Persistence
import Records

/// The tables of the register. Admin units come before them (`unitMigrations`).
package let registryMigrations: [Migration] = [
    Migration(
        part: "registry", number: 1, title: "Cooperatives and their facts",
        [
            .both(
                """
                CREATE TABLE registry_cooperative (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL CHECK (name <> ''),
                    earlier_names TEXT,
                    tax_code TEXT,
                    registration_number TEXT,
                    established TEXT,
                    unit_id BIGINT NOT NULL REFERENCES registry_unit (id),
                    address TEXT,
                    kind TEXT,
                    phone TEXT,
                    email TEXT,
                    main_products TEXT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                CREATE UNIQUE INDEX registry_cooperative_tax_code ON registry_cooperative (tax_code);
                CREATE TABLE registry_cooperative_status (
                    id {id},
                    version BIGINT NOT NULL,
                    cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
                    valid_from TEXT NOT NULL,
                    status TEXT NOT NULL,
                    reason TEXT,
                    document TEXT,
                    UNIQUE (cooperative_id, valid_from)
                );
                CREATE INDEX registry_cooperative_status_dissolved
                    ON registry_cooperative_status (cooperative_id, valid_from) WHERE status = 'dissolved';
                CREATE TABLE registry_headcount (
                    id {id},
                    version BIGINT NOT NULL,
                    cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
                    valid_from TEXT NOT NULL,
                    members BIGINT CHECK (members >= 0),
                    women BIGINT CHECK (women >= 0 AND (members IS NULL OR women <= members)),
                    poor_households BIGINT CHECK (poor_households >= 0),
                    official_members BIGINT CHECK (official_members >= 0),
                    contributing_associates BIGINT CHECK (contributing_associates >= 0),
                    other_associates BIGINT CHECK (other_associates >= 0),
                    UNIQUE (cooperative_id, valid_from)
                );
                CREATE TABLE registry_charter_capital (
                    id {id},
                    version BIGINT NOT NULL,
                    cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
                    valid_from TEXT NOT NULL,
                    amount_vnd BIGINT NOT NULL CHECK (amount_vnd >= 0),
                    UNIQUE (cooperative_id, valid_from)
                );
                CREATE TABLE registry_land_area (
                    id {id},
                    version BIGINT NOT NULL,
                    cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
                    valid_from TEXT NOT NULL,
                    area_m2 BIGINT NOT NULL CHECK (area_m2 >= 0),
                    UNIQUE (cooperative_id, valid_from)
                );
                CREATE TABLE registry_officer (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL CHECK (name <> ''),
                    cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
                    role TEXT NOT NULL,
                    sex TEXT,
                    birth_year BIGINT,
                    phone TEXT,
                    valid_from TEXT,
                    valid_to TEXT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                CREATE INDEX registry_officer_cooperative ON registry_officer (cooperative_id, role);
                """),
            // SQLite finds, searches and orders the cooperatives of a unit in the index alone.
            .sqlite(
                """
                CREATE INDEX registry_cooperative_unit
                    ON registry_cooperative (unit_id, kind, search_text, established, sort_key);
                """),
            .postgres("CREATE INDEX registry_cooperative_unit ON registry_cooperative (unit_id, kind);"),
        ] + searchIndex("registry_cooperative") + orderIndex("registry_cooperative")
            + searchIndex("registry_officer") + orderIndex("registry_officer")),
    Migration(
        part: "registry", number: 2, title: "Cooperative groups",
        [
            .both(
                """
                CREATE TABLE registry_group (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL CHECK (name <> ''),
                    established TEXT,
                    unit_id BIGINT NOT NULL REFERENCES registry_unit (id),
                    field TEXT,
                    founder TEXT,
                    leader TEXT,
                    phone TEXT,
                    certified_on TEXT,
                    ended_on TEXT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                CREATE INDEX registry_group_unit ON registry_group (unit_id, sort_key, id);
                CREATE TABLE registry_group_headcount (
                    id {id},
                    version BIGINT NOT NULL,
                    group_id BIGINT NOT NULL REFERENCES registry_group (id),
                    valid_from TEXT NOT NULL,
                    members BIGINT CHECK (members >= 0),
                    women BIGINT CHECK (women >= 0 AND (members IS NULL OR women <= members)),
                    UNIQUE (group_id, valid_from)
                );
                """)
        ] + searchIndex("registry_group") + orderIndex("registry_group")),
    Migration(
        part: "registry", number: 3, title: "Unions and public bodies",
        [
            .both(
                """
                CREATE TABLE registry_union (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL CHECK (name <> ''),
                    tax_code TEXT,
                    registration_number TEXT,
                    established TEXT,
                    unit_id BIGINT NOT NULL REFERENCES registry_unit (id),
                    address TEXT,
                    phone TEXT,
                    ended_on TEXT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                CREATE UNIQUE INDEX registry_union_tax_code ON registry_union (tax_code);
                CREATE TABLE registry_union_membership (
                    id {id},
                    version BIGINT NOT NULL,
                    union_id BIGINT NOT NULL REFERENCES registry_union (id),
                    cooperative_id BIGINT NOT NULL REFERENCES registry_cooperative (id),
                    valid_from TEXT,
                    valid_to TEXT,
                    UNIQUE (union_id, cooperative_id, valid_from)
                );
                CREATE INDEX registry_union_membership_cooperative ON registry_union_membership (cooperative_id);
                CREATE TABLE registry_body (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL CHECK (name <> ''),
                    kind TEXT NOT NULL,
                    unit_id BIGINT REFERENCES registry_unit (id),
                    superior_id BIGINT REFERENCES registry_body (id),
                    valid_from TEXT,
                    valid_to TEXT,
                    successor_id BIGINT REFERENCES registry_body (id),
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                """)
        ] + searchIndex("registry_union") + orderIndex("registry_union")
            + searchIndex("registry_body") + orderIndex("registry_body")),
    Migration(
        part: "registry", number: 4, title: "Bodies that found groups",
        "ALTER TABLE registry_body ADD COLUMN founder TEXT;"),
]
