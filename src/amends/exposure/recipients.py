"""Everyone who asked for the document, one entry for each client address (R44).

An address is not a person: a company, a mobile network or a household can stand behind one, and one
reader can use several. What was obtained is therefore never divided between those who may share one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

from amends.exposure.assessment import AccessEvent, AccessRequest, AccessVerdict, AssessedRecipient
from amends.exposure.readers import ReaderClassifier
from amends.exposure.verdicts import DocumentSize, complete_by_pieces

_BY_STRENGTH = tuple(AccessVerdict)
_BODILESS = frozenset({"HEAD", "OPTIONS", "TRACE"})


def group_recipients(
    requests: Sequence[AccessRequest], *, size: DocumentSize, classifier: ReaderClassifier
) -> tuple[AssessedRecipient, ...]:
    """Return one recipient for each address, first comers first.

    Addresses that obtained nothing are included, with the verdict that says so: that they asked is
    evidence too. Those outside the stated window are included with ``in_window`` False.
    """
    by_address: defaultdict[str, list[AccessRequest]] = defaultdict(list)
    for request in requests:
        by_address[canonical_address(request.event.address)].append(request)
    recipients = (_recipient(address, of, size, classifier) for address, of in by_address.items())
    return tuple(sorted(recipients, key=lambda recipient: (recipient.first_seen, recipient.address)))


def canonical_address(address: str) -> str:
    """One spelling for one address (RFC 5952), IPv4 in IPv6 as IPv4; a host name in lower case."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address.lower()
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(parsed)


def strongest(verdicts: Sequence[AccessVerdict]) -> AccessVerdict:
    """The verdict with the strongest evidence of a copy, in the order in which they are defined."""
    return min(verdicts, key=_BY_STRENGTH.index)


def _recipient(
    address: str, requests: Sequence[AccessRequest], size: DocumentSize, classifier: ReaderClassifier
) -> AssessedRecipient:
    events = [request.event for request in requests]
    verdicts = [request.verdict for request in requests]
    if complete_by_pieces(events, size):
        verdicts.append(AccessVerdict.COMPLETE_BY_RANGES)
    return AssessedRecipient(
        address=address,
        recipient_class=classifier.classify(address, [event.agent for event in events]),
        verdict=strongest(verdicts),
        requests=len(requests),
        statuses=tuple(sorted({event.status for event in events})),
        first_seen=min(event.time for event in events),
        last_seen=max(event.time for event in events),
        bytes_sent=sum(_body(event) for event in events),
        in_window=any(request.in_window for request in requests),
    )


def _body(event: AccessEvent) -> int:
    return 0 if event.method in _BODILESS else event.bytes_sent or 0
