from __future__ import annotations

import pytest

from amends.vocabulary.errors import UsageError
from amends.vocabulary.plugins import load_plugins


@pytest.fixture
def channel():
    return load_plugins("amends.remedy.channels")["printed"]


@pytest.mark.parametrize("method", ["hand", "post"])
def test_a_printed_letter_is_never_called_delivered(channel, tmp_path, method):
    letter = tmp_path / "N-000001.pdf"
    letter.write_bytes(b"%PDF")
    prepared = channel.prepare("N-000001", letter, method)
    assert (prepared.state, prepared.method) == ("printed_not_delivered", method)
    assert "recorded" in prepared.awaits or "records" in prepared.awaits


@pytest.mark.parametrize("method", ["none", "email", ""])
def test_a_person_who_may_not_be_written_to_is_not_written_to(channel, tmp_path, method):
    with pytest.raises(UsageError) as refused:
        channel.prepare("N-000001", tmp_path, method)
    assert refused.value.code == "channel-unfit"


def test_a_letter_that_was_never_printed_cannot_be_prepared(channel, tmp_path):
    with pytest.raises(UsageError) as refused:
        channel.prepare("N-000001", tmp_path / "N-000001.pdf", "hand")
    assert refused.value.code == "letter-missing"
