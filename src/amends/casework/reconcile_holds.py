"""Compare what every acting system says it holds with the ledger, and raise or clear alarms (R24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from amends.casework.acting_systems.alarms import Finding, clear_alarm, raise_alarm
from amends.casework.acting_systems.drift import KINDS, Standing, findings_of, standing_of
from amends.casework.acting_systems.held_entries import held_now, identifiers_of
from amends.casework.acting_systems.list_files import ListFolder
from amends.casework.acting_systems.list_keys import list_keys
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.models import ActingSystem, Alarm
from amends.vocabulary.hold_list import list_digest

LIST_STALE = "list-behind-ledger"


@dataclass(frozen=True, slots=True)
class ReconciledSystem:
    """One system: the lists, what it said last, and what is not in step."""

    system: str
    published: int
    """Sequence number of its last list; 0 where there is none."""
    acknowledged: int
    heard_at: datetime | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ReconciledHolds:
    """All systems, the alarms that are new or mended, and all that stand."""

    systems: tuple[ReconciledSystem, ...]
    raised: int
    cleared: int
    standing: int
    """Alarms about these systems that stand now, those of webhooks and incomplete lists included."""

    @property
    def in_step(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.standing == 0


def reconcile_holds(*, act: Act) -> ReconciledHolds:
    """Judge every system that is not retired. An alarm is raised once for each finding and cleared when it is mended.

    Compares reports with the lists and the lists with the ledger: a system that is in step with an old list is not in
    step. A system that lags within the time it was given is no finding yet.
    """
    check_may(act, "reconcile_holds")
    systems = list(ActingSystem.objects.filter(retired_at__isnull=True))
    standings = [standing_of(system, now=act.now) for system in systems]
    stale = _stale_lists(standings)
    found = {
        standing.system.name: (*findings_of(standing), *stale.get(standing.system.name, ()))
        for standing in standings
    }
    with journalled("reconcile_holds", act) as change:
        raised, cleared = _settle_alarms(found, now=act.now)
        if raised or cleared:
            change.detail = {"raised": raised, "cleared": cleared}
    names = [standing.system.name for standing in standings]
    return ReconciledHolds(
        tuple(_reconciled(standing, found[standing.system.name]) for standing in standings),
        len(raised),
        len(cleared),
        Alarm.objects.filter(about__in=names, cleared_at__isnull=True).count(),
    )


def _stale_lists(standings: Iterable[Standing]) -> dict[str, tuple[Finding, ...]]:
    """Return a finding for each system whose last list is not what the ledger holds now."""
    held = held_now()
    behind = [s for s in standings if s.last is not None and s.last.generation != held.generation]
    if not behind:
        return {}
    identifiers = identifiers_of(held.barring(action for s in behind for action in s.system.actions))
    stale: dict[str, tuple[Finding, ...]] = {}
    for standing in behind:
        system, last = standing.system, standing.last
        assert last is not None
        keys = list_keys(system)
        entries, incomplete = identifiers.entries(held.barring(system.actions), keys.entry_key)
        if incomplete:
            # Nobody is taken off such a list, so that it may say more than the ledger can show.
            folder = ListFolder.of(current.home(), system.name)
            entries |= folder.entries(last.sequence, last.digest, keys) or frozenset()
        if list_digest(entries) != last.digest:
            message = f"the last list of {system.name} is not what the ledger holds: publish"
            detail = {"sequence": last.sequence, "published": last.entries, "held": len(entries)}
            stale[system.name] = (Finding(LIST_STALE, system.name, message, detail),)
    return stale


def _settle_alarms(
    found: dict[str, tuple[Finding, ...]], *, now: datetime
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    raised, cleared = [], []
    for name, findings in found.items():
        seen = {finding.kind: finding for finding in findings}
        for kind in (*KINDS, LIST_STALE):
            if kind in seen:
                if raise_alarm(seen[kind], now=now):
                    raised.append({"kind": kind, "about": name})
            elif clear_alarm(kind, name, now=now):
                cleared.append({"kind": kind, "about": name})
    return raised, cleared


def _reconciled(standing: Standing, findings: tuple[Finding, ...]) -> ReconciledSystem:
    return ReconciledSystem(
        standing.system.name,
        standing.last.sequence if standing.last else 0,
        standing.acknowledged.sequence if standing.acknowledged else 0,
        standing.heard_at,
        findings,
    )
