"""The folder of data keys: found by scope when sealing, by id when opening, destroyed for good when erasing.

Envelope encryption: a value is sealed with a data key, the data key is wrapped by the key-encryption key, and the
wrapped key lies in the ledger's home beside the database and never in it. Whoever has the database, or a
backup of it, has neither; and once the data key is destroyed, no backup of the database brings the value back.

Every call looks at the file again (one ``stat``), so that a process that has run for days stops opening what another
has erased.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from amends.ledger.durable import OWNER_ONLY_FOLDER, locked, overwrite_and_remove, remove_drafts, write_whole
from amends.ledger.home import LedgerHome
from amends.ledger.keyring import KeyState
from amends.ledger.scope_keys import Scope, ScopeKeys, scope_keys_of
from amends.vocabulary.errors import FaultError, RefusalError

_DYING: Final = ".dying"
_Stamp = tuple[int, int, int]


class DataKeys:
    """The data keys of one ledger."""

    def __init__(self, home: LedgerHome) -> None:
        self._home = home
        self._known: dict[str, tuple[_Stamp, ScopeKeys]] = {}
        self._scope_of: dict[bytes, str] = {}
        self._opened: dict[bytes, tuple[str, _Stamp, AESGCMSIV]] = {}

    def sealing(self, scope: Scope) -> tuple[bytes, AESGCMSIV]:
        """Return id and cipher of the scope's current key, made now where there is none yet.

        Raises `RefusalError` ``scope-erased`` where the scope was erased for good: nothing new is sealed there.
        """
        keys = self.of(scope)
        if keys is None or not keys.in_state(KeyState.CURRENT):
            keys = self._change(scope, self._with_current)
        if keys.closed:
            raise RefusalError(
                "scope-erased",
                "the data of this scope were erased, and nothing new is sealed under it",
                hint="a retention rule ended it; open a new incident for new data",
                where=str(scope),
            )
        identity = bytes.fromhex(keys.in_state(KeyState.CURRENT)[0].identity)
        return identity, self._cipher(identity, keys)

    def opening(self, identity: bytes) -> AESGCMSIV | None:
        """Return the cipher of one data key, or None where nobody knows of such a key.

        Raises `FaultError` ``erased`` for a key that was destroyed.
        """
        opened = self._opened.get(identity)
        if opened and _stamp_of(opened[0]) == opened[1]:
            return opened[2]
        keys = self._holding(identity)
        if keys is None:
            return None
        if identity.hex() in keys.destroyed:
            raise FaultError(
                "erased",
                "a sealed value was erased: its data key has been destroyed",
                hint="`amends retention plan` and the journal say when, by which rule and by whom",
                where=str(keys.scope),
            )
        return self._cipher(identity, keys)

    def of(self, scope: Scope) -> ScopeKeys | None:
        """Return the keys of a scope as its file has them now."""
        return self._read(self._file(scope))

    def all(self) -> Iterator[ScopeKeys]:
        """Yield the keys of every scope, in the order of their names."""
        for file in sorted(self._home.data_keys.glob("*.json")):
            keys = self._read(file)
            if keys is not None:
                yield keys

    def begin_renewal(self, scope: Scope) -> ScopeKeys:
        """Bring a new key in, which does not seal yet; one that is coming in already is kept."""

        def change(keys: ScopeKeys) -> ScopeKeys:
            if keys.in_state(KeyState.INCOMING):
                return keys
            return keys.with_new(self._home.ring(), KeyState.INCOMING)

        return self._change(scope, change)

    def promote(self, scope: Scope) -> ScopeKeys:
        """Let the incoming key seal from now on; the one before still opens."""
        return self._change(scope, ScopeKeys.with_promoted)

    def rewrap(self) -> int:
        """Wrap every data key by the current key-encryption key; return in how many scopes that changed something."""
        ring = self._home.ring()
        changed = 0
        for keys in list(self.all()):
            after = self._change(keys.scope, lambda found: found.rewrapped(ring))
            changed += after != keys
        return changed

    def destroy(self, scope: Scope, identities: frozenset[str] | None = None, *, close: bool) -> ScopeKeys:
        """Destroy keys of a scope (all of them where none is named); their ids stay behind as destroyed."""

        def change(keys: ScopeKeys) -> ScopeKeys:
            gone = frozenset(k.identity for k in keys.keys) if identities is None else identities
            after = keys.without(gone)
            return replace(after, closed=keys.closed or (close and not after.keys))

        return self._change(scope, change, destroying=True)

    def _with_current(self, keys: ScopeKeys) -> ScopeKeys:
        if keys.closed or keys.in_state(KeyState.CURRENT):
            return keys
        return keys.with_new(self._home.ring(), KeyState.CURRENT)

    def _change(
        self, scope: Scope, change: Callable[[ScopeKeys], ScopeKeys], *, destroying: bool = False
    ) -> ScopeKeys:
        file = self._file(scope)
        try:
            self._home.data_keys.mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)
            with locked(self._home.data_keys / ".lock"):
                before = self._read(file) or ScopeKeys(scope)
                after = change(before)
                dying = file.with_name(f".{file.name}{_DYING}")
                if after != before:
                    remove_drafts(file)
                    if destroying and file.exists() and not dying.exists():
                        # A second name for the old bytes: they are overwritten only when the new file stands, and
                        # a kill in between leaves something that the next run finds.
                        os.link(file, dying)
                    write_whole(file, after.content())
                if destroying:
                    overwrite_and_remove(dying)
                return self._read(file) or after
        except OSError as error:
            raise FaultError(
                "key-unwritable",
                f"a data key cannot be written: {error.strerror}",
                hint="free space, or let the ledger's owner write its folder of keys, then do it again",
                where=str(self._home.data_keys),
            ) from error

    def _file(self, scope: Scope) -> Path:
        return self._home.data_keys / f"{scope}.json"

    def _read(self, file: Path) -> ScopeKeys | None:
        try:
            stamp = _stamp_of(str(file))
            known = self._known.get(file.name)
            if stamp is None or (known and known[0] == stamp):
                return known[1] if known and stamp else None
            keys = scope_keys_of(file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            raise _damaged(file) from None
        self._known[file.name] = (stamp, keys)
        for identity in (*(key.identity for key in keys.keys), *keys.destroyed):
            self._scope_of[bytes.fromhex(identity)] = file.name
        return keys

    def _holding(self, identity: bytes) -> ScopeKeys | None:
        name = self._scope_of.get(identity)
        if name is None:
            for _ in self.all():
                pass
            name = self._scope_of.get(identity)
        return self._read(self._home.data_keys / name) if name else None

    def _cipher(self, identity: bytes, keys: ScopeKeys) -> AESGCMSIV:
        file = self._file(keys.scope)
        wrapped = next((key for key in keys.keys if key.identity == identity.hex()), None)
        try:
            if wrapped is None:
                raise ValueError("there is no such key")
            cipher = AESGCMSIV(keys.unwrapped(wrapped, self._home.ring()))
        except ValueError:
            raise _damaged(file) from None
        self._opened[identity] = (str(file), self._known[file.name][0], cipher)
        return cipher


def _stamp_of(path: str) -> _Stamp | None:
    """Return what changes whenever a file is replaced; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 -- once for each value that is opened: half the time of Path.stat
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _damaged(file: Path) -> FaultError:
    return FaultError(
        "data-key-damaged",
        "a file of data keys is not what Amends wrote, or the key ring does not open it",
        hint="restore it from its safe copy, and check that key file and data keys belong together",
        where=file.name,
    )
