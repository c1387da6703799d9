"""One of eight processes that all change the same few rows: run as a program by `test_concurrency`.

Says on its last line what it achieved: verb → how often it came through, and ``refused``. Any other error ends it.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from amends.cli.session import open_ledger


class Contender:
    """Draws one of the conflicting changes after another."""

    def __init__(self, number: int, turns: int) -> None:
        from amends.casework.queries.incidents import all_incidents
        from amends.ledger.models import Remedy

        self.number, self.turns = number, turns
        self.chance = random.Random(number)
        (self.incident,) = all_incidents()
        held = Remedy.objects.filter(kind="hold", row__isnull=False).order_by("id")
        self.nobody = held.filter(person__isnull=True).values_list("id", flat=True)[0]
        self.held = held.filter(person__isnull=False).values_list("id", flat=True)[0]
        self.notice = Remedy.objects.filter(kind="notice", addressee="person").order_by("id")[0].pk
        self.review = Remedy.objects.filter(kind="review").order_by("id")[0].pk
        self.done: Counter[str] = Counter()

    def run(self) -> Counter[str]:
        """Make every change that is due; what the state does not allow is refused, and counted."""
        from amends.vocabulary.errors import RefusalError

        ways = [
            self.extend,
            self.withhold_or_release,
            self.review_on,
            self.ask,
            self.approve,
            self.place_again,
        ]
        for turn in range(self.turns):
            way: Callable[[int], str] = ways[turn % len(ways)] if turn % 3 else self.chance.choice(ways)
            try:
                self.done[way(turn)] += 1
            except RefusalError:
                self.done["refused"] += 1
        return self.done

    def extend(self, turn: int) -> str:
        from amends.casework.extend_hold import extend_hold
        from tests.unit.casework.hand_made import NOW, act

        until = NOW + timedelta(days=100 + turn, seconds=self.number)
        done = extend_hold(incident=self.incident, holds=[self.held], until=until, act=act("hearing"))
        return "extend_hold" if done.extended else "refused"

    def withhold_or_release(self, turn: int) -> str:
        return self._step(self.notice, self.chance.choice(["withhold", "release"]))

    def review_on(self, turn: int) -> str:
        return self._step(self.review, self.chance.choice(["begin", "decline", "reopen"]))

    def _step(self, remedy: int, step: str) -> str:
        from amends.casework.advance_remedy import advance_remedy
        from tests.unit.casework.hand_made import act

        advance_remedy(incident=self.incident, remedies=[remedy], step=step, act=act("because"))
        return "advance_remedy"

    def ask(self, turn: int) -> str:
        from amends.casework.request_release import ReleaseList, request_release
        from tests.unit.casework.hand_made import act
        from tests.unit.casework.officers import ASKER, PASSPHRASE

        wanted = ReleaseList((self.nobody,), 1, "names_nobody")
        asking = act("a total", actor=ASKER)
        request_release(incident=self.incident, wanted=wanted, passphrase=PASSPHRASE[ASKER], act=asking)
        return "request_release"

    def approve(self, turn: int) -> str:
        from amends.casework.approve_release import approve_release
        from amends.casework.queries.holds import list_releases
        from tests.unit.casework.hand_made import NOW, act
        from tests.unit.casework.officers import APPROVER, PASSPHRASE

        waiting = [line.reference for line in list_releases(now=NOW) if line.state == "requested"]
        if not waiting:
            return "refused"
        approving = act("I looked at the row", actor=APPROVER)
        approve_release(release=waiting[0], count=1, passphrase=PASSPHRASE[APPROVER], act=approving)
        return "approve_release"

    def place_again(self, turn: int) -> str:
        from amends.casework.place_again import place_again
        from tests.unit.casework.hand_made import act

        placed = place_again(incident=self.incident, holds=[self.nobody], act=act("a person after all"))
        return "place_again" if placed.placed else "refused"


def naively(turns: int) -> Counter[str]:
    """Add one to a version by reading it and writing it back: the planted fault."""
    from amends.ledger.models import HoldTerm

    for _ in range(turns):
        term = HoldTerm.objects.order_by("hold")[0]
        HoldTerm.objects.filter(pk=term.pk).update(version=term.version + 1)
    return Counter(naive=turns)


def main() -> None:
    """Work on the ledger at AMENDS_HOME."""
    import os

    how, number, turns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    open_ledger(Path(os.environ["AMENDS_HOME"]))
    from django.test import override_settings

    from tests.unit.casework.officers import QUICK_HASHER

    with override_settings(PASSWORD_HASHERS=QUICK_HASHER):
        done = naively(turns) if how == "naive" else Contender(number, turns).run()
    print(json.dumps(done))


if __name__ == "__main__":
    main()
