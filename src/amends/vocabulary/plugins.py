"""Finds plug-ins: every module of a package exports one ``PLUGIN``. The only dynamic import in the house."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any


@cache
def load_plugins(package_name: str) -> dict[str, Any]:
    """Return module name → its ``PLUGIN``, in alphabetical order of the modules.

    Modules and folders that begin with an underscore, and a module called ``interface``, are not
    plug-ins. A module without ``PLUGIN`` is a mistake in the house and raises ``TypeError``.
    """
    package: ModuleType = importlib.import_module(package_name)
    found: dict[str, Any] = {}
    for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if module_info.name.startswith("_") or module_info.name == "interface":
            continue
        module = importlib.import_module(f"{package_name}.{module_info.name}")
        if not hasattr(module, "PLUGIN"):
            raise TypeError(f"{module.__name__} is in a folder of plug-ins and exports no PLUGIN")
        found[module_info.name] = module.PLUGIN
    return found
