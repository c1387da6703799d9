"""Publish to each acting system the list of whom it may not act against, and the change since the last one (R24)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amends.casework.acting_systems.alarms import Finding, clear_alarm, raise_alarm
from amends.casework.acting_systems.held_entries import Held, Identifiers, held_now, identifiers_of
from amends.casework.acting_systems.list_files import ListFolder
from amends.casework.acting_systems.list_keys import list_keys
from amends.casework.acting_systems.list_pointer import point_to_latest
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.models import ActingSystem, GateState, HoldList, ListAnnouncement
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.hold_list import DELTA, FULL, ListKeys, delta_body, document, full_body, list_digest

INCOMPLETE = "list-incomplete"


@dataclass(frozen=True, slots=True)
class PublishedList:
    """One system's list after a publication."""

    system: str
    sequence: int
    entries: int
    added: int
    removed: int
    incomplete: int
    """Held identifiers that the list lacks, because the ledger has them no longer in a form that opens."""
    digest: str
    already: bool
    """Whether this very list was published before."""


@dataclass(frozen=True, slots=True)
class PublishedLists:
    """What was published, by system, and of which generation of the gate."""

    generation: int
    lists: tuple[PublishedList, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A list as it should be, beside the last one that was published."""

    system: ActingSystem
    keys: ListKeys
    last: HoldList | None
    entries: frozenset[str]
    incomplete: int
    before: frozenset[str] | None
    """Entries of the last list; None where its file is gone or was made with another key."""

    @property
    def added(self) -> frozenset[str]:
        return self.entries - (self.before or frozenset())

    @property
    def removed(self) -> frozenset[str]:
        return (self.before or frozenset()) - self.entries

    @property
    def stands(self) -> bool:
        """Whether the last list says all this already, and its file is there to be served."""
        return (
            self.last is not None
            and self.before == self.entries
            and (self.last.incomplete, self.last.actions) == (self.incomplete, self.system.actions)
        )


def publish_hold_lists(*, act: Act) -> PublishedLists:
    """Write a list and its signed change for every system whose holds have changed, and announce it where it is pushed.

    Reading and keying happen outside the transaction, so that nobody who places a hold waits for it. Raises
    `RefusalError` ``list-published-meanwhile`` where another run published in between; `FaultError`
    ``list-unwritable``. The files are pointed to only once the ledger has recorded them.
    """
    check_may(act, "publish_hold_lists")
    systems = list(ActingSystem.objects.filter(retired_at__isnull=True))
    # Before the holds are read: a run that read older holds than the last list says must not follow it.
    lasts = {system.pk: _last_of(system) for system in systems}
    if (standing := _if_nothing_happened(systems, lasts)) is not None:
        return standing
    held = held_now()
    identifiers = identifiers_of(held.barring(action for system in systems for action in system.actions))
    drafts = [_draft(system, lasts[system.pk], held, identifiers) for system in systems]
    new = [draft for draft in drafts if not draft.stands]
    published = {draft.system.pk: _standing(draft) for draft in drafts if draft.stands}
    if new:
        with journalled("publish_hold_lists", act) as change:
            for draft in new:
                published[draft.system.pk] = _publish(draft, held, act)
            lists = [published[draft.system.pk] for draft in new]
            change.detail = {"generation": held.generation, "lists": [_as_detail(made) for made in lists]}
    for system in systems:
        point_to_latest(system)
    return PublishedLists(held.generation, tuple(published[system.pk] for system in systems))


def _last_of(system: ActingSystem) -> HoldList | None:
    return HoldList.objects.filter(system=system).order_by("-sequence").first()


def _if_nothing_happened(
    systems: Sequence[ActingSystem], lasts: Mapping[int, HoldList | None]
) -> PublishedLists | None:
    """Return what stands, where the gate's generation is that of every list: then nobody need open a seal."""
    generation = int(GateState.objects.values_list("generation", flat=True).get(pk=1))
    lists = []
    for system in systems:
        last = lasts[system.pk]
        if last is None or (last.generation, last.incomplete) != (generation, 0):
            return None
        folder = ListFolder.of(current.home(), system.name)
        if last.list_key_id != system.list_key_id or folder.pointed().get("sequence") != last.sequence:
            return None
        if folder.entries(last.sequence, last.digest, list_keys(system)) is None:
            return None
        lists.append(_as_it_stands(system, last))
    return PublishedLists(generation, tuple(lists))


def _draft(system: ActingSystem, last: HoldList | None, held: Held, identifiers: Identifiers) -> _Draft:
    keys = list_keys(system)
    entries, incomplete = identifiers.entries(held.barring(system.actions), keys.entry_key)
    before = None
    if last is not None and last.list_key_id == system.list_key_id:
        before = ListFolder.of(current.home(), system.name).entries(last.sequence, last.digest, keys)
    if incomplete and before is not None:
        # Who was lifted cannot be told from who no longer opens: until all open, nobody is taken off.
        entries |= before
    return _Draft(system, keys, last, entries, incomplete, before)


def _publish(draft: _Draft, held: Held, act: Act) -> PublishedList:
    system = ActingSystem.objects.select_for_update().get(pk=draft.system.pk)
    _check_unchanged(system, draft)
    sequence = draft.last.sequence + 1 if draft.last else 1
    digest = list_digest(draft.entries)
    header = {
        "system": system.name,
        "sequence": sequence,
        "generation": held.generation,
        "at": act.now.isoformat(timespec="seconds"),
        "actions": system.actions,
        "entries": len(draft.entries),
        "incomplete": draft.incomplete,
        "digest": digest,
    }
    _write(draft, header)
    added, removed = len(draft.added), len(draft.removed)
    HoldList.objects.create(
        system=system,
        sequence=sequence,
        generation=held.generation,
        entries=len(draft.entries),
        added=added,
        removed=removed,
        incomplete=draft.incomplete,
        digest=digest,
        actions=system.actions,
        list_key_id=system.list_key_id,
        at=act.now,
    )
    _announce(system, sequence, act)
    _alarm(system, draft.incomplete, act)
    return PublishedList(
        system.name, sequence, len(draft.entries), added, removed, draft.incomplete, digest, False
    )


def _check_unchanged(system: ActingSystem, draft: _Draft) -> None:
    last = _last_of(system)
    same_list = (last.pk if last else None) == (draft.last.pk if draft.last else None)
    if not same_list or system.list_key_id != draft.system.list_key_id or system.retired_at is not None:
        raise RefusalError(
            "list-published-meanwhile",
            f"the list of {system.name} was published, or its system changed, while this run was reading",
            hint="nothing was changed by this run; publish again",
        )


def _write(draft: _Draft, header: Mapping[str, Any]) -> None:
    full = document({**header, "kind": FULL}, full_body(draft.entries), draft.keys)
    delta = None
    if draft.before is not None and draft.last is not None:
        described = {**header, "kind": DELTA, "previous_digest": draft.last.digest}
        delta = document(described, delta_body(draft.added, draft.removed), draft.keys)
    ListFolder.of(current.home(), draft.system.name).write(header["sequence"], full=full, delta=delta)


def _announce(system: ActingSystem, sequence: int, act: Act) -> None:
    if system.mode == ActingSystem.Mode.PUSH:
        ListAnnouncement.objects.create(
            event_id=secrets.token_hex(16),
            system=system,
            sequence=sequence,
            created_at=act.now,
            due_at=act.now,
        )


def _alarm(system: ActingSystem, incomplete: int, act: Act) -> None:
    if incomplete:
        message = f"the list of {system.name} lacks {incomplete} held identifiers that do not open"
        raise_alarm(Finding(INCOMPLETE, system.name, message, {"count": incomplete}), now=act.now)
    else:
        clear_alarm(INCOMPLETE, system.name, now=act.now)


def _standing(draft: _Draft) -> PublishedList:
    assert draft.last is not None
    return _as_it_stands(draft.system, draft.last)


def _as_it_stands(system: ActingSystem, last: HoldList) -> PublishedList:
    return PublishedList(
        system.name, last.sequence, last.entries, 0, 0, last.incomplete, last.digest, already=True
    )


def _as_detail(made: PublishedList) -> dict[str, Any]:
    return {
        "system": made.system,
        "sequence": made.sequence,
        "entries": made.entries,
        "added": made.added,
        "removed": made.removed,
        "incomplete": made.incomplete,
        "digest": made.digest,
    }
