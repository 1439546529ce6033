/// The table of long work. What is renewed while a job runs stands apart in `persistence_job_lease`: on PostgreSQL the
/// job's own transaction would otherwise collide with every renewal.
package let jobMigrations: [Migration] = [
    Migration(
        part: "persistence", number: 1, title: "Jobs",
        """
        CREATE TABLE persistence_job (
            id {id},
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            state TEXT NOT NULL,
            owner TEXT,
            attempts BIGINT NOT NULL,
            result TEXT,
            failure TEXT,
            failure_details TEXT,
            account_id BIGINT,
            made_at BIGINT NOT NULL,
            finished_at BIGINT
        );
        CREATE INDEX persistence_job_state ON persistence_job (state, id);
        CREATE TABLE persistence_job_lease (
            job_id BIGINT NOT NULL PRIMARY KEY REFERENCES persistence_job (id),
            until_at BIGINT NOT NULL,
            done BIGINT NOT NULL,
            total BIGINT NOT NULL,
            step TEXT NOT NULL
        );
        """)
]
