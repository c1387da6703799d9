"""Reads the sections of a mapping file key by key, and says exactly which key is wrong.

Every key that is asked for is remembered, so that a misspelt one, which nobody asks for, is refused
instead of ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, TypedDict

from amends.vocabulary.errors import UsageError


class PersonColumns(TypedDict):
    """Keyword arguments for the columns that both sides share."""

    identifiers: tuple[str, ...]
    family_name: str
    given_name: str
    full_name: str
    date_of_birth: str
    nationality: str
    facility: str


class SectionReader:
    """The parsed document, section by section."""

    def __init__(self, source: str, document: dict[str, Any]) -> None:
        self.source = source
        self._document = document

    def has(self, name: str) -> bool:
        """Whether the document has a section of that name."""
        return name in self._document

    def section(self, name: str) -> Section:
        """Return section ``name``; raises `UsageError` ``mapping-invalid`` where it is absent or no
        table."""
        if name not in self._document:
            raise invalid(self.source, f"[{name}]", "the section is missing", "Add the section.")
        content = self._document[name]
        if not isinstance(content, dict):
            raise invalid(self.source, name, "it is not a section", f"Write [{name}] on a line of its own.")
        return Section(self.source, name, content)

    def no_other_sections(self, known: Sequence[str]) -> None:
        """Refuse a section that nobody reads."""
        _refuse_unknown(self.source, "the file", self._document, known)


class Section:
    """One section; every getter names the key that is wrong."""

    def __init__(self, source: str, name: str, content: dict[str, Any]) -> None:
        self._source = source
        self._name = name
        self._content = content
        self._asked: dict[str, None] = {}

    def text(self, key: str) -> str:
        """Return the text under ``key``, or the empty string where the key is absent."""
        value = self._get(key, "")
        if not isinstance(value, str):
            raise self._invalid(key, "it must be text", f'Write {key} = "column name".')
        return value

    def required(self, key: str) -> str:
        """Return the text under ``key``, which must be there and not be empty."""
        value = self.text(key)
        if not value:
            raise self._invalid(key, "it is missing or empty", f'Add {key} = "column name".')
        return value

    def texts(self, key: str, allowed: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the list of texts under ``key``; one text counts as a list of one."""
        value = self._get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) and item for item in listed):
            raise self._invalid(key, "it must be a list of texts", f'Write {key} = ["...", "..."].')
        if allowed and not listed:
            raise self._invalid(key, "the list is empty", f"Choose from: {', '.join(allowed)}.")
        self._only_allowed(key, listed, allowed)
        return tuple(listed)

    def words(self, key: str, allowed: Sequence[str] = ()) -> dict[str, str]:
        """Return the table of words under ``key``: their word to ours."""
        value = self._get(key, {})
        if not isinstance(value, dict) or not all(isinstance(word, str) for word in value.values()):
            raise self._invalid(key, "it must be a table of words", f'Write {key} = {{ THEIRS = "ours" }}.')
        self._only_allowed(key, list(value.values()), allowed)
        return dict(value)

    def facts(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Yield name, column and words of every fact of the section."""
        value = self._get("facts", {})
        if not isinstance(value, dict):
            raise self._invalid("facts", "it must hold sections", f"Write [{self._name}.facts.NAME].")
        for name, content in value.items():
            if not isinstance(content, dict):
                raise self._invalid(f"facts.{name}", "it is not a section", 'Give it column = "...".')
            fact = Section(self._source, f"{self._name}.facts.{name}", content)
            column, words = fact.required("column"), fact.words("values")
            fact.no_other_keys()
            yield name, column, words

    def person_columns(self) -> PersonColumns:
        """Return the columns that say who a row is; at least a name or an identifier must be mapped."""
        columns = PersonColumns(
            identifiers=self.texts("identifiers"),
            family_name=self.text("family_name"),
            given_name=self.text("given_name"),
            full_name=self.text("full_name"),
            date_of_birth=self.text("date_of_birth"),
            nationality=self.text("nationality"),
            facility=self.text("facility"),
        )
        if not (columns["family_name"] or columns["given_name"] or columns["full_name"]):
            raise self._invalid(
                "family_name", "no name column is mapped", "Map family_name and given_name, or full_name."
            )
        return columns

    def no_other_keys(self) -> None:
        """Refuse a key that nobody asked for."""
        _refuse_unknown(self._source, f"section [{self._name}]", self._content, list(self._asked))

    def _get(self, key: str, default: object) -> Any:
        self._asked[key] = None
        return self._content.get(key, default)

    def _only_allowed(self, key: str, words: Sequence[str], allowed: Sequence[str]) -> None:
        if allowed and not set(words) <= set(allowed):
            raise self._invalid(key, "it holds a word that Amends does not know", _choose_from(allowed))

    def _invalid(self, key: str, problem: str, hint: str) -> UsageError:
        return invalid(self._source, f"[{self._name}] {key}", problem, hint)


def invalid(source: str, key: str, problem: str, hint: str) -> UsageError:
    """Return the refusal of a mapping file, with the section and the key that are wrong."""
    message = f"The mapping is not valid at {key}: {problem}."
    return UsageError("mapping-invalid", message, hint=hint, where=f"{source}, {key}")


def _refuse_unknown(source: str, place: str, content: dict[str, Any], known: Sequence[str]) -> None:
    for key in content:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else _choose_from(known)
            raise invalid(source, key, f"{place} has no such key", hint)


def _choose_from(words: Sequence[str]) -> str:
    return f"Choose from: {', '.join(words)}."
