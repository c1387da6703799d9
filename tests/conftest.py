"""What every test shares: a ledger of its own, a watch over what is logged, throw-away servers.

Django is set up only when a module is collected that may need it. The tests of the plain libraries
(`scan`, `exposure`, `link` ...) therefore run without Django, as the rooms themselves must.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong. Where a change is judged, every run tries the same examples; a
# developer's runs try new ones each time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("judged", settings.get_profile("house"), derandomize=True)
settings.load_profile("judged" if os.environ.get("CI") else "house")

pytest_plugins = ("tests.canary_watch", "tests.postgresql", "tests.chromium", "tests.tesseract")

_TESTS = Path(__file__).parent
ROOMS_WITHOUT_DJANGO = frozenset(
    {"vocabulary", "jurisdictions", "scan", "exposure", "link", "drill", "gate_client"}
)
_home = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Point Amends at a ledger that belongs to this run, whatever the developer's shell says."""
    folder = Path(tempfile.mkdtemp(prefix="amends-tests-"))
    config.stash[_home] = folder
    os.environ["AMENDS_HOME"] = str(folder / "home")
    os.environ["DJANGO_SETTINGS_MODULE"] = "amends.server.settings"
    os.environ.pop("AMENDS_DATABASE_URL", None)
    os.environ.pop("AMENDS_KEY_FILE", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the ledger of this run."""
    folder = config.stash.get(_home, None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Set Django up before the first test module that may import it is itself imported."""
    place = module_path.relative_to(_TESTS).parts
    plain = place[0] == "house" or (place[0] == "unit" and place[1] in ROOMS_WITHOUT_DJANGO)
    if not plain:
        _set_django_up()


def _set_django_up() -> None:
    import django
    from django.apps import apps

    if apps.ready:
        return
    from amends.ledger.home import LedgerHome

    LedgerHome(Path(os.environ["AMENDS_HOME"])).create()
    django.setup()
