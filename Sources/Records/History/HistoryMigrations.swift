package import Persistence

/// What the history of the whole system is found by.
package let historyMigrations: [Migration] = [
    Migration(
        part: "history", number: 1, title: "History by person and by time",
        """
        CREATE INDEX records_change_of_account ON records_change (account_id, id) WHERE account_id IS NOT NULL;
        CREATE INDEX records_change_at ON records_change (at);
        """)
]
