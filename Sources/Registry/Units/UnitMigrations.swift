package import Persistence

/// The tables of admin units. They come before everything that lies in a unit.
package let unitMigrations: [Migration] = [
    Migration(
        part: "registry-units", number: 1, title: "Admin units, their successors and where each lies at any time",
        """
        CREATE TABLE registry_unit (
            id {id},
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            full_name TEXT NOT NULL,
            kind TEXT NOT NULL,
            level BIGINT NOT NULL CHECK (level IN (1, 2, 3)),
            parent_code TEXT CHECK ((level = 1) = (parent_code IS NULL)),
            valid_from TEXT NOT NULL,
            valid_to TEXT NOT NULL,
            date_basis TEXT NOT NULL,
            name_folded TEXT NOT NULL,
            sort_key TEXT NOT NULL,
            UNIQUE (code, valid_from),
            CHECK (valid_from < valid_to)
        );
        CREATE INDEX registry_unit_parent ON registry_unit (parent_code);
        CREATE TABLE registry_unit_successor (
            id {id},
            old_code TEXT NOT NULL,
            new_code TEXT,
            on_day TEXT NOT NULL,
            kind TEXT NOT NULL,
            share DOUBLE PRECISION CHECK (share >= 0 AND share <= 1),
            decree TEXT,
            UNIQUE (old_code, on_day, new_code)
        );
        CREATE INDEX registry_unit_successor_new ON registry_unit_successor (new_code);
        CREATE TABLE registry_unit_span (
            unit_id BIGINT NOT NULL REFERENCES registry_unit (id),
            from_day TEXT NOT NULL,
            to_day TEXT NOT NULL,
            province_code TEXT,
            district_code TEXT,
            commune_code TEXT,
            current_unit_id BIGINT REFERENCES registry_unit (id),
            needs_choice BIGINT NOT NULL,
            path TEXT NOT NULL,
            PRIMARY KEY (unit_id, from_day)
        );
        CREATE INDEX registry_unit_span_province
            ON registry_unit_span (province_code, from_day, to_day, unit_id);
        CREATE INDEX registry_unit_span_district
            ON registry_unit_span (district_code, from_day, to_day, unit_id);
        CREATE INDEX registry_unit_span_commune
            ON registry_unit_span (commune_code, from_day, to_day, unit_id);
        CREATE TABLE registry_unit_stamp (stamp BIGINT NOT NULL);
        INSERT INTO registry_unit_stamp (stamp) VALUES (0);
        """),
    Migration(
        part: "registry-units", number: 2,
        title: "Parts of split units, for records whose new unit a person has chosen",
        """
        ALTER TABLE registry_unit ADD COLUMN base_id BIGINT REFERENCES registry_unit (id);
        ALTER TABLE registry_unit ADD COLUMN heir_id BIGINT REFERENCES registry_unit (id);
        ALTER TABLE registry_unit ADD COLUMN split_on TEXT;
        CREATE UNIQUE INDEX registry_unit_part ON registry_unit (base_id, heir_id);
        """),
]
