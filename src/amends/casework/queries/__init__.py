"""Reading without changing: what the doors show. Queries return plain values, never rows to be altered."""
