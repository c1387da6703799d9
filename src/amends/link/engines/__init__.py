"""Link engines: each answers "which person is this row" for a whole table at once."""
