"""Two kinds of contract that import-linter does not bring with it; `.importlinter` uses them."""

from __future__ import annotations

from itertools import permutations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.protected import ProtectedContract


class PluginContract(Contract):
    """No plug-in imports another plug-in of its folder, directly or through any third module.

    Which modules are plug-ins is decided as `amends.vocabulary.plugins.load_plugins` decides it, so that
    a new plug-in is held to the contract without standing on any list.
    """

    type_name = "plugins"

    folders = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return every chain of imports that leads from one plug-in to another."""
        chains = [
            chain
            for folder in self.folders  # type: ignore[attr-defined]
            for importer, imported in permutations(plugins_of(graph, str(folder)), 2)
            if (chain := graph.find_shortest_chain(importer, imported, as_packages=True))
        ]
        return ContractCheck(kept=not chains, metadata={"chains": chains})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the chains."""
        for chain in check.metadata["chains"]:
            output.print_error(" -> ".join(chain), bold=False)
        output.new_line()


def plugins_of(graph: ImportGraph, folder: str) -> list[str]:
    """Return the plug-ins of a package: its modules but for private ones and ``interface``."""
    modules = sorted(graph.find_children(folder))
    return [m for m in modules if not m.rsplit(".", 1)[1].startswith("_") and not m.endswith(".interface")]


class ReservedContract(ProtectedContract):
    """A protected contract that may name modules which nobody imports yet.

    import-linter's own refuses such names, so that whoever imports one first would not be seen.
    """

    type_name = "reserved"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return the imports of reserved modules by anyone who may not."""
        # The fields of a contract become plain lists when it is made, which its annotations do not say.
        known = [m for m in self.protected_modules if m.expression in graph.modules]  # type: ignore[attr-defined]
        self.protected_modules = known  # type: ignore[assignment]
        return super().check(graph, verbose)
