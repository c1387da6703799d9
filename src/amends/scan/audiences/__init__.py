"""For whom a file is meant, and what may go there: rules as data (``audiences.toml``), and how a finding is weighed."""
