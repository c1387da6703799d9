"""A first look at the logs, before anything is done with them: are they there, and does any format know them?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from amends.exposure.evidence import check_format
from amends.exposure.reading import log_files


def check_logs(logs: Sequence[Path]) -> int:
    """Return how many log files there are; only the beginning of each is read.

    Raises `UsageError` ``log-missing`` or ``log-format-unknown``, and `IncompleteError` ``log-corrupt`` where
    the damage shows at the beginning.
    """
    files = log_files(logs)
    for file in files:
        check_format(file)
    return len(files)
