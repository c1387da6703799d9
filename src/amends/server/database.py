"""Where the ledger lies: SQLite in the home folder, or PostgreSQL by its address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import UsageError


def database_settings(url: str, home: LedgerHome) -> dict[str, Any]:
    """Return Django's settings for the ledger's database.

    SQLite runs in WAL mode with IMMEDIATE transactions: with Django's default, a reader that
    turns into a writer loses the race and fails as "locked". Raises `UsageError`
    ``database-address-invalid`` for an address that is neither empty nor PostgreSQL's.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home.database),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # With SQLite's own two megabytes of cache, the indexes of a large population are written to disk and
                # read back again and again while everyone waits to be held.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-262144;",
            },
        }
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Not chained: the message of a wrong port may quote half of a password.
        raise _invalid_address() from None
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise _invalid_address()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _invalid_address() -> UsageError:
    return UsageError(
        "database-address-invalid",
        "AMENDS_DATABASE_URL is not the address of a PostgreSQL database",
        hint="write it as postgresql://user:password@host:port/name, or unset it to use SQLite",
    )
