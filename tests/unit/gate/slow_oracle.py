"""The gate's decision as one would first write it: one identifier at a time, through the ORM, out of the rules' words.

Slow, and written without the fast path's parts, so that the two can only agree by being right.
"""

from __future__ import annotations


def decided(identifier: str, action: str) -> tuple[str, str]:
    """Return answer and reason for one identifier, by the ledger as it stands."""
    from amends.ledger import current
    from amends.ledger.models import GateState, HeldIdentifier, KnownIdentifier, Remedy
    from amends.vocabulary.identifier import normalised_identifier

    if len(identifier) > 64 or not identifier.isprintable() or not normalised_identifier(identifier):
        return "hold", "identifier_malformed"
    fingerprint = current.sealer().fingerprint(normalised_identifier(identifier))
    readable = True
    for hold_id in HeldIdentifier.objects.filter(fingerprint=fingerprint).values_list("hold_id", flat=True):
        remedy = Remedy.objects.filter(pk=hold_id, kind="hold").first()
        if remedy is not None and remedy.state == "in_force" and remedy.barred_action in (action, "*", ""):
            return "hold", "held"
        if remedy is None or remedy.state not in ("in_force", "lifted"):
            readable = False
    if not readable:
        return "hold", "hold_not_readable"
    known = KnownIdentifier.objects.filter(fingerprint=fingerprint).exists()
    if known or not GateState.objects.get().unknown_is_hold:
        return "clear", "not_held"
    return "hold", "identifier_unknown"
