"""The web door: pages behind a login that show what the ledger holds and change nothing."""
