"""A playbook kept as text is the playbook that it was, and two texts differ exactly where the playbooks do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from amends.remedy.playbook import load_playbook, parse_playbook, playbook_names
from amends.remedy.playbook_snapshot import canonical_text, digest, restored
from tests.unit.remedy.test_playbook import GOOD
from tests.unit.remedy.test_playbook_parts import WHOLE


@pytest.mark.parametrize("name", playbook_names())
def test_a_shipped_playbook_is_restored_as_it_was(name):
    assert restored(canonical_text(load_playbook(name))) == load_playbook(name)


@pytest.mark.parametrize("text", [GOOD, WHOLE])
def test_every_part_of_a_playbook_is_kept(text):
    book = parse_playbook(text, where="sample.toml")
    assert restored(canonical_text(book)) == book


def test_comments_and_the_order_of_keys_change_nothing():
    other = GOOD.replace('name = "sample"\nversion = "1"', '# a remark\nversion = "1"\nname = "sample"')
    assert other != GOOD
    assert digest(parse_playbook(other, where="x")) == digest(parse_playbook(GOOD, where="x"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("days = 2", "days = 3"),
        ("waiting_days = 30", "waiting_days = 31"),
        ('"pending"]', '"withdrawn"]'),
        ('owner = "Legal adviser"', 'owner = "Legal advisers"'),
        ('es = "Una notificación."', 'es = "Una notificación escrita."'),
        ('classes = ["outside"]', 'classes = ["outside", "crawler"]'),
        ('version = "1"', 'version = "2"'),
    ],
)
def test_whatever_changes_the_playbook_changes_its_digest(old, new):
    changed = GOOD.replace(old, new, 1)
    assert changed != GOOD
    assert digest(parse_playbook(changed, where="x")) != digest(parse_playbook(GOOD, where="x"))


def test_a_combined_condition_is_kept_as_a_combination():
    cohort = load_playbook("custody").cohort("in_custody")
    book = replace(load_playbook("custody"), cohorts=(cohort,), entitlements=(), commitments=())
    (kept,) = json.loads(canonical_text(book))["cohort"]
    assert kept["where"] == {
        "status_at_exposure": ["in_custody"],
        "not": [{"status_now": ["released", "removed"]}],
    }
