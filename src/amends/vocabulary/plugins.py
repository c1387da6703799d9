"""Finds plug-ins: every module of a package exports one ``PLUGIN``. The only dynamic import in the house."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any


@cache
def load_plugins(package_name: str) -> dict[str, Any]:
    """Return module name → its ``PLUGIN``, in alphabetical order of the modules.

    Modules and folders that begin with an underscore, and a module called ``interface``, are not
    plug-ins. A module without ``PLUGIN`` is a mistake in the house and raises ``TypeError``.
    """
    found: dict[str, Any] = {}
    for name in plugin_names(package_name):
        module = importlib.import_module(f"{package_name}.{name}")
        if not hasattr(module, "PLUGIN"):
            raise TypeError(f"{module.__name__} is in a folder of plug-ins and exports no PLUGIN")
        found[name] = module.PLUGIN
    return found


def import_modules(names: Iterable[str]) -> None:
    """Import what a plug-in names as its needs, before a process gives up the right to open files."""
    for name in names:
        importlib.import_module(name)


@cache
def plugin_names(package_name: str) -> tuple[str, ...]:
    """Return the names of the modules that `load_plugins` would load, in its order, without loading any."""
    package: ModuleType = importlib.import_module(package_name)
    names = (info.name for info in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in names if not name.startswith("_") and name != "interface"))


def load_module(package_name: str, name: str) -> ModuleType:
    """Return one module of a package by its name, for a table that names modules so that only one is loaded."""
    return importlib.import_module(f"{package_name}.{name}")
