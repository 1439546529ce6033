package import Persistence

/// The table of the tokens of programs.
package let tokenMigrations: [Migration] = [
    Migration(
        part: "access-tokens", number: 1, title: "Tokens of programs",
        """
        CREATE TABLE access_token (
            id {id},
            token_hash {bytes} NOT NULL UNIQUE,
            account_id BIGINT NOT NULL REFERENCES access_account (id),
            name TEXT NOT NULL CHECK (name <> ''),
            permissions TEXT NOT NULL,
            organisation TEXT,
            made_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            last_used_at BIGINT,
            ended_at BIGINT
        );
        CREATE INDEX access_token_account ON access_token (account_id);
        """)
]
