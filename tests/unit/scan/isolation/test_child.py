"""What the child can no longer do once it has given everything up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import amends
from amends.scan.isolation.protocol import CONFINEMENTS
from amends.scan.isolation.reading import confinement

# Isolated mode knows no PYTHONPATH: the same code as the test's, wherever that is.
HERE = f"import sys; sys.path.insert(0, {str(Path(amends.__file__).parents[1])!r})\n"
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
    script = HERE + ATTEMPT.format(attempt=code, cpu=cpu)
    return subprocess.run(
        [sys.executable, "-I", "-c", script], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("open('/etc/hostname')", b"Error"),
        ("open('/tmp/new', 'w')", b"Error"),
        ("socket.socket()", b"Error"),
        ("os.dup(0)", b"Error"),
        ("os.stat('/etc/hostname')", b"Error"),
        ("os.fork()", b"Error"),
        ("os.kill(os.getppid(), 0)", b"Error"),
        ("subprocess.run(['/bin/true'])", b"Error"),
        ("resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", b"Error"),
        ("bytearray(1 << 30)", b"MemoryError"),
    ],
)
def test_the_child_can_reach_nothing(code: str, refusal: bytes) -> None:
    result = attempt(code).stdout
    assert refusal in result


def test_a_child_that_spins_is_ended_by_the_processor_bound() -> None:
    assert attempt("exec('while True: pass')", cpu=1).returncode < 0


def test_the_child_imports_nothing_heavy() -> None:
    script = (
        f"{HERE}import json\n"
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
        "zipfile",
        "stdnum",
        "tomllib",
        "subprocess",
    }


def test_a_workbook_is_read_after_everything_was_given_up(tmp_path: Path) -> None:
    """No module may be imported late: there is no descriptor left to open its file."""
    from amends.scan.opening import open_file
    from tests.samples.formats import xlsx
    from tests.samples.formats.sample import PEOPLE

    path = tmp_path / "people.xlsx"
    xlsx.build(path, PEOPLE)
    opened = open_file(path)
    assert opened.complete
    assert opened.confined == confinement()


def test_this_machine_says_how_a_child_is_confined() -> None:
    """Debian's kernels filter system calls; where one does not, the limits hold and the result says so."""
    assert confinement() in CONFINEMENTS
