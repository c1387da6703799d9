"""What a library in another language does to its process stays in that process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends.scan import formats
from amends.scan.isolation import forking
from amends.scan.limits import Limits
from amends.scan.opening import open_file
from amends.vocabulary.plugins import load_plugins, plugin_names

PLUGIN = """
import ctypes, os, signal

class _Planted:
    name = "planted"
    extensions = ("planted",)
    needs = ()
    rank = 1

    def recognise(self, stream, extension):
        return stream.read(8) == b"PLANTED:"

    def read(self, stream, limits):
        from amends.scan.formats.interface import UntrustedPart
        stream.seek(8)
        how = stream.read().decode()
        yield UntrustedPart(("first",), "paragraph", "", "Zzcanary before the end")
        if how == "abort":
            ctypes.CDLL(None).abort()
        elif how == "segfault":
            ctypes.string_at(8)
        elif how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        elif how == "exit":
            ctypes.CDLL(None)._exit(0)
        elif how == "memory":
            kept = []
            while True:
                kept.append(bytearray(1 << 24))
        elif how == "native memory":
            libc = ctypes.CDLL(None)
            libc.malloc.restype = ctypes.c_void_p
            while libc.malloc(1 << 26):
                pass
            libc.abort()
        elif how == "recursion":
            def deeper(n):
                return deeper(n + 1) + 1
            deeper(0)
        elif how == "busy":
            while True:
                pass
        elif how == "native stack":
            ctypes.memset(ctypes.addressof(ctypes.c_char()) - (1 << 24), 0, 1 << 24)

PLUGIN = _Planted()
"""
LIMITS = Limits(memory_bytes=256 << 20, cpu_seconds=2, wall_seconds=30)
ENDS = {
    "abort": "reader-failed",
    "segfault": "reader-failed",
    "killed": "reader-failed",
    "exit": "reader-failed",
    "memory": "memory-limit",
    "native memory": "reader-failed",
    "recursion": "too-deep",
    "busy": "time-limit",
    "native stack": "reader-failed",
}


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Plant a format on both sides: in this process, which knows its name, and in the one that reads."""
    place = tmp_path / "formats"
    place.mkdir()
    (place / "planted.py").write_text(PLUGIN, encoding="utf-8")
    start = f"import amends.scan.formats as formats; formats.__path__.append({str(place)!r}); "
    head, _, tail = forking._START.partition("from amends")
    monkeypatch.setattr(forking, "_START", f"{head}{start}from amends{tail}")
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(place)])
    monkeypatch.setattr(forking, "_shared", [])
    plugin_names.cache_clear()
    load_plugins.cache_clear()
    yield
    for server in forking._shared:
        server.close()
    monkeypatch.undo()
    plugin_names.cache_clear()
    load_plugins.cache_clear()


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.usefixtures("planted")
def test_a_reader_that_takes_its_process_down_leaves_the_file_not_read(how: str, tmp_path: Path) -> None:
    path = tmp_path / "file.planted"
    path.write_bytes(b"PLANTED:" + how.encode())
    opened = open_file(path, limits=LIMITS)
    assert [skipped.code for skipped in opened.skipped] == [ENDS[how]]
    assert not any("Zzcanary" in skipped.reason for skipped in opened.skipped)
    # The next file is read as if nothing had happened.
    path.write_bytes(b"PLANTED:well")
    assert open_file(path, limits=LIMITS).complete
