"""A personal value shows itself nowhere by accident: not in text, a log, a traceback or a pickle."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.vocabulary.errors import UsageError
from amends.vocabulary.personal import MASK, Personal

SECRET = "Maria Zzhidden Okonkwo"


@dataclass(frozen=True)
class Row:
    name: Personal
    facility: str


def everywhere_it_is_written(value: Personal) -> list[str]:
    """Return each text that a value ends up in when somebody writes it without thinking."""
    stream = io.StringIO()
    logger = logging.Logger("house")
    logger.addHandler(logging.StreamHandler(stream))
    logger.warning("linked %s to %r", value, value)
    logger.warning("linked %(name)s", {"name": value})
    return [
        str(value),
        repr(value),
        f"{value}",
        f"{value!r:>40}",
        f"{value:>40}",
        "{}".format(value),  # noqa: UP032 - the old ways are tried too
        "%s %r" % (value, value),  # noqa: UP031
        repr([value]),
        repr({"name": value}),
        repr(Row(value, "north")),
        str(UsageError("row-unreadable", f"cannot read {value}", hint=f"look at {value}", where=f"{value}")),
        json.dumps({"name": value}, default=str, ensure_ascii=False),
        _traceback_with_locals(value),
        stream.getvalue(),
    ]


def _traceback_with_locals(value: Personal) -> str:
    try:
        _fail(value)
    except ValueError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    raise AssertionError("the failure did not happen")


def _fail(name: Personal) -> None:
    raise ValueError(name)


def test_a_personal_value_is_masked_wherever_it_is_written() -> None:
    written = everywhere_it_is_written(Personal(SECRET))
    assert [text for text in written if "Zzhidden" in text] == []
    assert all(MASK in text for text in written)


@given(st.text(min_size=12).filter(lambda text: text not in MASK))
def test_no_text_at_all_comes_through_its_mask(text: str) -> None:
    value = Personal(text)
    assert {str(value), repr(value), f"{value:.3}", f"{value!s}"} == {MASK}


def test_a_personal_value_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Personal(SECRET))
    with pytest.raises(TypeError, match="not pickled"):
        copy.deepcopy(Personal(SECRET))


def test_a_personal_value_is_not_serialised_as_json() -> None:
    with pytest.raises(TypeError) as raised:
        json.dumps(Personal(SECRET))
    assert "Zzhidden" not in str(raised.value)


def test_the_value_comes_out_only_when_it_is_asked_for_by_name() -> None:
    assert Personal(SECRET).reveal() == SECRET
