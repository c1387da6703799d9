"""Below the doors, time and chance are arguments: no room reads the clock or an unseeded generator.

Stop-watches (``time.monotonic``, ``time.perf_counter``) are not clocks: they measure how long something takes
and cannot say when. ``secrets`` and ``os.urandom`` make keys and nonces, which must not be repeatable.
"""

from __future__ import annotations

import ast

import pytest

from tests.house.sources import DOORS, PACKAGE, full_names, python_files, shown, tree_of

CLOCKS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "datetime.date.today",
        "django.utils.timezone.localdate",
        "django.utils.timezone.localtime",
        "django.utils.timezone.now",
        "time.ctime",
        "time.gmtime",
        "time.localtime",
        "time.time",
        "time.time_ns",
        "uuid.uuid1",
        "uuid.uuid4",
    }
)
CHANCE = ("random.", "numpy.random.")
# A generator that is given its seed, or the name of a type.
SEEDED = frozenset(
    {
        "numpy.random.BitGenerator",
        "numpy.random.Generator",
        "numpy.random.PCG64",
        "numpy.random.Philox",
        "numpy.random.SeedSequence",
        "numpy.random.default_rng",
        "random.Random",
    }
)
CLOCKED_FIELDS = frozenset({"auto_now", "auto_now_add"})


def readings(tree: ast.Module) -> list[str]:
    """Return each place at which a module reads the clock or draws from an unseeded generator."""
    found = [f"line {line}: {name}" for line, name in full_names(tree) if name in CLOCKS or _is_chance(name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in CLOCKED_FIELDS:
            found.append(f"line {node.value.lineno}: {node.arg}")
        elif isinstance(node, ast.Call) and not node.args and not node.keywords:
            names = {name for _, name in full_names(_with_imports_of(tree, node))}
            found += [f"line {node.lineno}: {name}() without a seed" for name in sorted(names & SEEDED)]
    return found


def _is_chance(name: str) -> bool:
    return name.startswith(CHANCE) and name not in SEEDED


def _with_imports_of(tree: ast.Module, call: ast.Call) -> ast.Module:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return ast.Module(body=[*imports, ast.Expr(call.func)], type_ignores=[])


def test_no_room_below_the_doors_reads_the_clock_or_draws_unseeded() -> None:
    below = [f for f in python_files() if f.relative_to(PACKAGE).parts[0] not in DOORS]
    found = {shown(f): readings(tree_of(f)) for f in below}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime as dt\ndt.date.today()",
        "from django.utils import timezone\nfield(default=timezone.now)",
        "import time\nx = time.time()",
        "import random\nrandom.choice([1])",
        "import numpy as np\nnp.random.rand(3)",
        "import numpy as np\nnp.random.default_rng()",
        "import random\nrandom.Random()",
        "field(auto_now_add=True)",
        "from uuid import uuid4\nuuid4()",
    ],
)
def test_a_reading_is_found_under_any_name(source: str) -> None:
    assert readings(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime(2022, 11, 28)",
        "import numpy as np\nnp.random.default_rng(7)",
        "import numpy as np\ndef f(rng: np.random.Generator): rng.random(3)",
        "import random\nrandom.Random(7).choice([1])",
        "import time\nbegun = time.monotonic()",
        "now = 3\nclass C: now = 4\nC.now",
    ],
)
def test_a_seed_a_stop_watch_and_a_mere_name_are_no_reading(source: str) -> None:
    assert readings(ast.parse(source)) == []
