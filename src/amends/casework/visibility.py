"""May this actor see this? The register is itself secret (R49, R50)."""

from __future__ import annotations

from amends.vocabulary.errors import RefusalError


def check_may_see_register(*, asked_for: bool, actor: str) -> None:
    """Raise `RefusalError` ``register-withheld`` unless the register was asked for in so many words by somebody."""
    if not (asked_for and actor.strip()):
        raise RefusalError(
            "register-withheld",
            "the register names every affected person and is not written unless asked for",
            hint="give --with-register, and keep the file as you would keep the leak itself",
        )


def check_may_see_references(*, asked_for: bool, actor: str) -> None:
    """Raise `RefusalError` ``references-withheld`` unless a list of single people was asked for by somebody."""
    if not (asked_for and actor.strip()):
        raise RefusalError(
            "references-withheld",
            "this list points at single people and is not shown unless asked for",
            hint="give --with-references and --reason; the look-up stands in the journal",
        )
