"""A first look at the logs, before anything is done with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.exposure.checking import check_logs
from amends.vocabulary.errors import IncompleteError, UsageError
from tests.unit.exposure.access_logs import full_background, write_log


def test_logs_that_are_there_and_known_are_counted(tmp_path: Path) -> None:
    write_log(tmp_path / "access.log", full_background())
    write_log(tmp_path / "access.log.1.gz", full_background())
    write_log(tmp_path / "access.log.2", [])
    assert check_logs([tmp_path]) == 3


def test_a_foreign_file_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        check_logs([write_log(tmp_path / "registry.csv", ["id,name"])])
    assert refused.value.code == "log-format-unknown"


def test_damage_at_the_beginning_is_seen(tmp_path: Path) -> None:
    log = write_log(tmp_path / "access.log.gz", full_background())
    log.write_bytes(log.read_bytes()[:20])
    with pytest.raises(IncompleteError):
        check_logs([log])
