"""Give an acting system a new list secret, when the old one may be known to others or was lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from amends.casework.acting_systems.list_keys import new_list_secret
from amends.casework.acting_systems.systems import check_not_retired, find_system
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger.gate_index import touch
from amends.ledger.models import ActingSystem


@dataclass(frozen=True, slots=True)
class ReplacedListSecret:
    """The new secret, shown this once. The next list that is published is keyed and signed with it."""

    name: str
    key_id: str
    list_secret: str = field(repr=False)


def replace_list_secret(*, name: str, act: Act) -> ReplacedListSecret:
    """Replace the list secret. Lists published before stay as they are; the next one is a full list."""
    check_may(act, "replace_list_secret")
    with journalled("replace_list_secret", act) as change:
        find_system(name)
        system = ActingSystem.objects.select_for_update().get(name=name)
        check_not_retired(system)
        secret = new_list_secret(name)
        ActingSystem.objects.filter(pk=system.pk).update(
            list_key_id=secret.key_id, sealed_list_secret=secret.sealed
        )
        change.detail = {"system": name, "list_key_id": secret.key_id, "generation": touch()}
    return ReplacedListSecret(name, secret.key_id, secret.shown)
