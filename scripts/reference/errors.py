"""Every error with its code, read out of the source: what it says, how to mend it, where it is raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scripts.reference.markdown import code, module_name, sources, table

TITLE = "Errors"
_KINDS = {
    "UsageError": ("what was given is wrong", "2", "400"),
    "RefusalError": ("refused by state, policy or permission", "2", "409"),
    "IncompleteError": ("could not be opened or read", "3", "422"),
    "FaultError": ("a fault of Amends or its surroundings", "4", "500"),
}
_HOLE = "…"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def page() -> str:
    """Return the page."""
    from amends.scan.reasons import REASONS

    kinds = [(code(kind), *meaning) for kind, meaning in _KINDS.items()]
    rows = sorted(set(_errors()))
    parts = [
        "A program may match on the code: it does not change. The message says what is wrong and where, the "
        "hint how to mend it; neither holds personal data. `…` stands for what is filled in.",
        "",
        table(("kind", "meaning", "exit code", "HTTP"), kinds),
        "## Codes",
        "",
        table(("code", "kind", "message", "how to mend it", "raised in"), rows),
        "## Why a piece of a file was not read",
        "",
        "These come with a result and not as an error; a file of which anything was not read is never clear.",
        "",
        table(("code", "meaning"), [(code(name), text) for name, text in sorted(REASONS.items())]),
    ]
    return "\n".join(parts)


def _errors() -> Iterator[tuple[str, str, str, str, str]]:
    for file, tree in sources():
        for function in ast.walk(tree):
            if not isinstance(function, Function):
                continue
            for call in _raised(function):
                kind = call.func.id if isinstance(call.func, ast.Name) else ""
                hint = next((k.value for k in call.keywords if k.arg == "hint"), None)
                codes, messages = _texts(call.args[0], function), _texts(call.args[1], function)
                hints = _texts(hint, function) if hint else [""]
                for position, one in enumerate(codes):
                    # Two codes with two messages belong together in their order.
                    message = messages[position] if len(messages) == len(codes) else messages[0]
                    yield code(one), code(kind), message, hints[0], code(module_name(file))


def _raised(function: Function) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KINDS:
            positional = [*node.args, *(k.value for k in node.keywords if k.arg in ("code", "message"))]
            if len(positional) > 1:
                yield ast.Call(func=node.func, args=positional, keywords=node.keywords)


def _texts(expression: ast.expr, function: Function) -> list[str]:
    """Return the texts that an expression may be, with ``…`` for what only a run can know."""
    if isinstance(expression, ast.Constant):
        return [str(expression.value)]
    if isinstance(expression, ast.JoinedStr):
        return ["".join(str(p.value) if isinstance(p, ast.Constant) else _HOLE for p in expression.values)]
    if isinstance(expression, ast.IfExp):
        return _texts(expression.body, function) + _texts(expression.orelse, function)
    if isinstance(expression, ast.Name):
        values = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == expression.id for t in node.targets)
        ]
        return [text for value in values for text in _texts(value, function)] or [_HOLE]
    return [_HOLE]
