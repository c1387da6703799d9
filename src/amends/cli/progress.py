"""Shows the steps of a run while they happen, on standard error, so that standard output stays clean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class StepProgress:
    """A line for each finished step, and a spinner for the one that runs."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task = progress.add_task("beginning") if progress else None

    def step_done(self, name: str, what: str, seconds: float) -> None:
        """Show a finished step."""
        if self._progress and self._task is not None:
            self._progress.console.print(
                f"[green]✓[/] {name:<24} {seconds:7.2f} s  {what}", highlight=False, soft_wrap=True
            )
            self._progress.update(self._task, description=f"after: {name}")


@contextmanager
def step_progress(*, shown: bool) -> Iterator[StepProgress]:
    """Show progress while the block runs, or show nothing."""
    if not shown:
        yield StepProgress(None)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield StepProgress(progress)
