"""A registry that changes while an index is made of it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.cli.known_registry import KnownRegistry
from amends.vocabulary.errors import RefusalError

MAPPING = '[registry]\nperson_id = "id"\nidentifiers = ["id"]\nfull_name = "name"\n'


def test_a_registry_that_changed_while_it_was_read_is_refused(tmp_path: Path) -> None:
    registry, mapping = tmp_path / "r.csv", tmp_path / "m.toml"
    registry.write_text("id,name\nP1,Zzcanary One\n", encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    read = KnownRegistry(registry, mapping)
    assert [batch.lines for batch in read.batches()] == [1]
    read.check_unchanged()
    with registry.open("a", encoding="utf-8") as file:
        file.write("P2,Zzcanary Two\n")
    with pytest.raises(RefusalError) as refused:
        read.check_unchanged()
    assert refused.value.code == "registry-changed"
