"""The register of one incident, ready to be asked: fingerprints of identifiers, and names with days of birth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from amends.casework.identification.register import sealed_for
from amends.casework.overlaps.entries import Day, Entry, Pair, days_in, pairs_of, words_of
from amends.ledger import current
from amends.ledger.fingerprints import Fingerprinter
from amends.ledger.models import (
    AffectedPerson,
    Erasure,
    HeldIdentifier,
    Incident,
    LeakedRow,
    SealedIdentifier,
)
from amends.ledger.scope_keys import DataKind

_NAME_FIELDS: Final = (("family_name", "given_name"), ("full_name",), ("native_name",))


@dataclass(frozen=True, slots=True)
class _Named:
    """One name of one person of the register."""

    person: int
    words: frozenset[str] = field(repr=False)
    born: Day | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hits:
    """Whom of the register an entry speaks of."""

    identified: bool
    """By an identifier, or by name and day of birth."""
    by_name: frozenset[int]
    """Keys of persons by name alone, or by name and day of birth."""


class RegisterIndex:
    """Everything by which the people of one incident are known; kept for the length of a run and nowhere else."""

    def __init__(self, incident: Incident) -> None:
        self._fingerprints = _fingerprints(incident)
        self._fingerprinter: Fingerprinter = current.sealer().fingerprinter
        self._known: dict[str, bool] = {}
        self._by_pair: dict[Pair, list[_Named]] = defaultdict(list)
        erased = set(Erasure.objects.filter(incident=incident).values_list("kind", flat=True))
        self.erased = bool(erased & {DataKind.IDENTIFIERS, DataKind.PERSON_DETAILS})
        """Whether some of it is gone for good."""
        self.identified = incident.identified_at is not None
        """Whether it is known who the people are; before that, identifiers of the leaked rows are all there is."""
        if self.identified and not self.erased:
            self._index_names(incident)

    def hits(self, entry: Entry) -> Hits:
        """Say whom an entry speaks of."""
        identified = any(map(self._has, entry.identifiers))
        by_name: set[int] = set()
        for words in entry.names:
            for pair in pairs_of(words):
                for named in self._by_pair.get(pair, ()):
                    if named.person in by_name or not (named.words <= words or words <= named.words):
                        continue
                    born = named.born in entry.days if named.born is not None else False
                    identified = identified or born
                    # Another day of birth is another person; a row without any day leaves it open.
                    if born or named.born is None or not entry.days:
                        by_name.add(named.person)
        return Hits(identified, frozenset(by_name))

    def _has(self, identifier: str) -> bool:
        found = self._known.get(identifier)
        if found is None:
            found = any(text in self._fingerprints for text in self._fingerprinter.all(identifier))
            self._known[identifier] = found
        return found

    def _index_names(self, incident: Incident) -> None:
        unseal = current.sealer().unseal_record
        persons = AffectedPerson.objects.filter(incident=incident).order_by("pk")
        values = persons.values_list("pk", "table_name", "first_row", "sealed_details")
        for key, table_name, row, sealed in values.iterator(chunk_size=2_000):
            details = unseal(bytes(sealed), bound_to=sealed_for(incident, table_name, row))
            for named in _names(key, details):
                for pair in pairs_of(named.words):
                    self._by_pair[pair].append(named)


def _names(key: int, details: dict[str, Any]) -> list[_Named]:
    born = next(days_in(str(details.get("date_of_birth") or "")), None)
    found = {
        frozenset(words_of(" ".join(str(details.get(name) or "") for name in names)))
        for names in _NAME_FIELDS
    }
    return [_Named(key, words, born) for words in found if len(words) > 1]


def _fingerprints(incident: Incident) -> frozenset[str]:
    """Return the fingerprints of every identifier of the rows, and of those that the registry has for their people."""
    rows = LeakedRow.objects.filter(incident=incident).exclude(identifier_fingerprint="")
    further = SealedIdentifier.objects.filter(row__incident=incident)
    held = HeldIdentifier.objects.filter(hold__incident=incident)
    return frozenset(
        (
            *rows.values_list("identifier_fingerprint", flat=True).iterator(),
            *further.values_list("fingerprint", flat=True).iterator(),
            *held.values_list("fingerprint", flat=True).iterator(),
        )
    )
