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
