"""``README.txt`` of an evidence file: what lies in the folder and how to check it, in plain words."""

from __future__ import annotations

from amends.casework.take_evidence import TakenEvidence
from amends.ledger.signed_note import PublicKey


def readme(taken: TakenEvidence, size: int, public: PublicKey) -> str:
    """Return the text."""
    subject = taken.subject
    whom = f"of the person in row {subject.row_number} of {subject.table_name!r}, " if subject else ""
    own = _PERSON if subject else _INCIDENT
    details = _DETAILS if subject and taken.with_details else ""
    return f"""Evidence file {whom}incident {taken.incident.reference}
Taken by {taken.act.actor} at {taken.act.now.isoformat()}: {taken.act.reason}

What lies here
--------------
incident.json            the incident's own facts and times
{own}{details}remedies.jsonl           what is owed, by reference: state, every delivery and its proof, the term and
                         events of a hold, the decisions of a review
journal.jsonl            who did what, when and why: each entry of the journal that is about this, in its order,
                         with the proof that it stands in the journal of {size} entries that was signed
checkpoint.txt           that signed statement; checkpoints.txt: every earlier one too
consistency.jsonl        proof that nothing before an earlier statement was changed since
public-key.txt           the key that signed
manifest.json            the SHA-256 of every file here; manifest.signature.txt: its signature

How to check it
---------------
Have the public key from somewhere else than from this folder: the organisation's page, a letter, another expert. Its id
must be {public.key_id.hex()} and its name {public.name}. Then, with the free program Amends and nothing else:

    amends evidence verify FOLDER --public-key KEYFILE

If you were given a checkpoint earlier, add --checkpoints FILE: the check then shows as well that the journal still
begins with what was signed then. Everything is built on SHA-256, Ed25519 (RFC 8032) and Merkle trees (RFC 6962), and
can be checked by a program of your own.

What it shows, and what it does not
-----------------------------------
It shows that these entries stood in the journal when the statement was signed, in this order and with this content. It
does not show that what was entered is true, nor that nothing was done outside the program. An entry that is about other
people only is not here; how many entries there are in all, the checkpoint says.
"""


_INCIDENT = """figures.json             every published number in every edition, with the query behind it
artefacts.json           what leaked and what was examined, by SHA-256
duties.json              duties in law, with their clocks and everything that happened to them
harm.json                each version of the harm assessment of each cohort, and who signed it
decisions.json           decisions not to notify, by whom and until when
breaches.json            actions that a hold or a public commitment barred, and what became of them
releases.json            requests to lift holds, with the list of each, and who decided
exposure.json            what the access logs said, and what they could not say
"""
_PERSON = """person.json              where the person stands in the leaked file; no name
breaches.json            actions against the person that a hold or a public commitment barred
releases.json            requests to lift a hold of theirs, and who decided
"""
_DETAILS = """details.json             WHO THE PERSON IS. Keep it as you would keep the leak itself
"""
