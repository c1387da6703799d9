"""The network is asked only where the fast pass left something open; where it is missing, the error says so."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from amends.cli.screening.conditions import Asked, terms_of
from amends.scan.person_names import recogniser
from amends.scan.person_names.in_text import names_of
from amends.scan.person_names.recogniser import WINDOW, RecognisedNames, load_model, windows
from amends.vocabulary.errors import UsageError

INSTALLED = find_spec(recogniser.PACKAGE) is not None and find_spec("onnxruntime") is not None


def test_a_text_without_open_capitals_is_not_shown_to_the_network():
    text = "maria lopez was here. The report was read. Maria Lopez read it."
    assert list(windows(text, names_of(text))) == []


def test_each_open_capital_is_in_a_window_and_no_window_is_longer_than_the_network_reads():
    text = "Zzcanary Qwxyb came. " + "all was quiet there. " * 60 + "Then Vrmptl left."
    begins = list(windows(text, []))
    for word in ("Qwxyb", "Vrmptl"):
        place = text.index(word)
        assert any(begin <= place and place + len(word) <= begin + WINDOW for begin in begins)


@pytest.mark.skipif(INSTALLED, reason="the network is installed here")
def test_without_the_network_the_error_says_how_to_install_it():
    with pytest.raises(UsageError, match="not installed") as refused:
        list(RecognisedNames().findings(["Somebody Qwxyb"]))
    assert "amends[ner]" in (refused.value.hint or "")


@pytest.mark.skipif(INSTALLED, reason="the network is installed here")
def test_settings_that_ask_for_a_network_that_is_missing_are_refused_before_the_first_file(tmp_path: Path):
    settings = tmp_path / "amends.toml"
    settings.write_text("[screen]\nrecognise_names = true\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not installed"):
        terms_of(Asked(config=settings), folder=tmp_path, today=date(2031, 3, 3))


@pytest.mark.skipif(not INSTALLED, reason="amends[ner] is not installed")
def test_the_network_finds_a_name_that_is_in_no_list():
    load_model()
    (found,) = RecognisedNames().findings(["The applicant Qwertiana Zzcanaryova lives with her aunt."])
    assert found.kind == "full-name"
