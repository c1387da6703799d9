"""What the child can no longer do once it has given everything up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from amends.scan.limits import Limits

ATTEMPT = """
import json, os, resource, socket, subprocess, sys
from amends.scan.isolation.child import give_up_everything
from amends.scan.limits import Limits
give_up_everything(Limits(memory_bytes=256 << 20, cpu_seconds={cpu}))
try:
    {attempt}
except BaseException as refusal:
    os.write(1, type(refusal).__name__.encode())
else:
    os.write(1, b"done")
"""


def attempt(code: str, cpu: int = 20) -> subprocess.CompletedProcess[bytes]:
    script = ATTEMPT.format(attempt=code, cpu=cpu)
    return subprocess.run(
        [sys.executable, "-I", "-c", script], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("open('/etc/hostname')", b"OSError"),
        ("open('/tmp/new', 'w')", b"OSError"),
        ("socket.socket()", b"OSError"),
        ("os.dup(0)", b"OSError"),
        ("subprocess.run(['/bin/true'])", b"OSError"),
        ("resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", b"done"),
        ("bytearray(1 << 30)", b"MemoryError"),
    ],
)
def test_the_child_can_reach_nothing(code: str, refusal: bytes) -> None:
    result = attempt(code).stdout
    if "setrlimit" in code:  # only the superuser may raise a hard bound again
        assert result in (b"done", b"ValueError")
    else:
        assert result == refusal


def test_a_child_that_spins_is_ended_by_the_processor_bound() -> None:
    assert attempt("exec('while True: pass')", cpu=1).returncode < 0


def test_the_child_imports_nothing_heavy() -> None:
    script = (
        "import json, sys\n"
        "import amends.scan.isolation.child\n"
        "from amends.vocabulary.plugins import load_plugins\n"
        "load_plugins('amends.scan.formats')\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    output = subprocess.run([sys.executable, "-I", "-c", script], stdout=subprocess.PIPE, check=True).stdout
    loaded = set(json.loads(output))
    assert not loaded & {
        "typer",
        "rich",
        "numpy",
        "dataclasses",
        "zipfile",
        "stdnum",
        "tomllib",
        "subprocess",
    }


def test_a_workbook_is_read_after_everything_was_given_up(tmp_path: Path) -> None:
    """No module may be imported late: there is no descriptor left to open its file."""
    from tests.samples.formats import xlsx
    from tests.samples.formats.sample import PEOPLE

    path = tmp_path / "people.xlsx"
    xlsx.build(path, PEOPLE)
    script = "from amends.scan.isolation.child import main; main()"
    with path.open("rb") as stream:
        output = subprocess.run(
            [sys.executable, "-I", "-c", script, "xlsx", json.dumps(list(Limits()))],
            stdin=stream,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines[0] == ["format", "xlsx"]
    assert lines[-1] == ["end"]
