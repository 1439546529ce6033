package import Persistence

/// Records that were found to be the same, and those that only look so.
package let duplicateMigrations: [Migration] = [
    Migration(
        part: "duplicates", number: 1, title: "Merged records",
        """
        ALTER TABLE registry_cooperative ADD COLUMN merged_into_id BIGINT REFERENCES registry_cooperative (id);
        CREATE INDEX registry_cooperative_merged ON registry_cooperative (merged_into_id, id)
            WHERE merged_into_id IS NOT NULL;
        ALTER TABLE registry_group ADD COLUMN merged_into_id BIGINT REFERENCES registry_group (id);
        CREATE INDEX registry_group_merged ON registry_group (merged_into_id, id) WHERE merged_into_id IS NOT NULL;
        CREATE TABLE registry_distinct (
            type TEXT NOT NULL,
            first_id BIGINT NOT NULL,
            second_id BIGINT NOT NULL,
            account_id BIGINT,
            at BIGINT NOT NULL,
            PRIMARY KEY (type, first_id, second_id)
        );
        """)
]
