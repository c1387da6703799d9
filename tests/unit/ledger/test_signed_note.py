"""A note that was signed is told from every other text, and fits what other programs for such notes make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.ledger.signed_note import Note, NoteError, PublicKey, SigningKey

KEY = SigningKey("journal.example", bytes(range(32)))
OTHER = SigningKey("journal.example", bytes(range(1, 33)))
NOTE = KEY.sign("journal.example\n7\nroot\n")

# The example of the package golang.org/x/mod/sumdb/note, which other logs follow.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_of_another_program_is_read_and_its_signature_holds():
    key, note = PublicKey.parse(GO_KEY), Note.parse(GO_NOTE)
    assert key.fits(note)
    assert str(key) == GO_KEY
    assert str(note) == GO_NOTE


def test_what_was_signed_is_read_again_and_holds():
    assert Note.parse(str(NOTE)) == NOTE
    assert KEY.public.fits(NOTE)
    assert PublicKey.parse(str(KEY.public)) == KEY.public


@given(st.integers(0, len(str(NOTE)) - 1), st.characters(codec="ascii", exclude_characters="\n"))
def test_no_changed_character_leaves_a_note_that_holds(at, character):
    text = str(NOTE)
    changed = text[:at] + character + text[at + 1 :]
    try:
        note = Note.parse(changed)
    except NoteError:
        return
    assert note == NOTE or not KEY.public.fits(note)


def test_another_key_of_the_same_name_does_not_fit():
    assert not OTHER.public.fits(NOTE)
    assert not PublicKey("another.example", KEY.public.key).fits(NOTE)


def test_a_signature_under_another_text_does_not_fit():
    assert not KEY.public.fits(Note("journal.example\n8\nroot\n", NOTE.signatures))


def test_a_note_without_signatures_fits_nobody():
    assert not KEY.public.fits(Note(NOTE.text, ()))


@pytest.mark.parametrize(
    "text", ["", "x", "x\n\n", "x\n\nno signature\n", "x\n\n— name !!!\n", "\n\n— a AAAA\n"]
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(NoteError):
        Note.parse(text)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("PeterNeumann", "Peter Neumann"),
        GO_KEY.replace("+ARpc", "+AhpC"),
        "name+00000000+AQ==",
    ],
)
def test_what_is_no_public_key_is_refused(line):
    with pytest.raises(NoteError):
        PublicKey.parse(line)


def test_the_secret_is_not_in_what_a_key_says_of_itself():
    assert repr(KEY) == "SigningKey('journal.example')"
