"""The workflows as diagrams and tables, drawn from the same transitions that the code obeys."""

from __future__ import annotations

from amends.remedy.statemachine import Workflow
from amends.vocabulary.plugins import load_plugins
from scripts.reference.markdown import code, table

TITLE = "Workflows"


def page() -> str:
    """Return the page."""
    plugins: list[Workflow] = list(load_plugins("amends.remedy.workflows").values())
    parts = [
        "Every remedy is of a kind, and the kind names its workflow. These tables are the only way from state to "
        "state; each step is written in the journal. In the final states nothing is open any more.",
        "",
    ]
    for workflow in plugins:
        parts += [f"## {workflow.title} (`{workflow.kind}`)", "", diagram(workflow), _steps(workflow)]
    return "\n".join(parts)


def diagram(workflow: Workflow) -> str:
    """Return the workflow as a Mermaid state diagram."""
    steps = [f"    {step.source} --> {step.target}: {_words(step.name)}" for step in workflow.transitions]
    ends = [f"    {state} --> [*]" for state in sorted(workflow.finals)]
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {workflow.initial}", *steps, *ends, "```"]
    return "\n".join(lines) + "\n"


def _steps(workflow: Workflow) -> str:
    rows = [
        (code(s.source), _words(s.name), code(s.target), ", ".join(map(_words, s.requires)))
        for s in workflow.transitions
    ]
    return table(("from", "step", "to", "asks for"), rows)


def _words(name: str) -> str:
    return name.replace("_", " ")
