"""Reports as one HTML page that loads nothing: to be read, printed and kept.

Files are written into a buffer while they come (on the disk when they are many), so that the page can begin with
what all of it came to. WCAG 2.2: nothing is said by colour alone, tables have captions and header cells, every file is
a heading, and text has a contrast of at least 7 to 1.
"""

from __future__ import annotations

import shutil
from html import escape
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Final, TextIO

from amends.scan.reporting.report import About, ReportedFile, ReportedFinding, ReportedGap, Totals

_BUFFER_CHARACTERS: Final = 4 << 20
_STYLE: Final = Path(__file__).with_name("report.css")
_VERDICTS: Final = {
    "clear": "Clear: nothing stops it",
    "findings": "Findings: it must not go out",
    "incomplete": "Incomplete: nobody can say, so it must not go out",
}
_STANDINGS: Final = {
    "stops": "Stops the file",
    "permitted": "The audience may have it",
    "allowed": "Answered for",
}


class Html:
    """One page: a summary, then a section for each file."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._about = About("", "", "")
        # Surrogates (names in no known encoding) were made printable before.
        self._files = SpooledTemporaryFile(  # noqa: SIM115 - closed by end
            max_size=_BUFFER_CHARACTERS, mode="w+", encoding="utf-8", newline="\n"
        )
        self._number = 0

    def begin(self, about: About) -> None:
        """Take what the run is about."""
        self._about = about

    def file(self, file: ReportedFile) -> None:
        """Write one file into the buffer."""
        self._number += 1
        number, verdict = self._number, file.verdict.value
        self._files.write(
            f'<section aria-labelledby="file-{number}">\n<h2 id="file-{number}">{escape(file.path)}</h2>\n'
            f'<p class="verdict {verdict}">{_VERDICTS[verdict]}</p>\n'
        )
        if file.sha256:
            about = f"{escape(file.format) or 'unknown format'}, {file.size:,} bytes"
            self._files.write(f'<p class="hash">{about}, SHA-256 <code>{file.sha256}</code></p>\n')
        if file.findings:
            self._files.write(_table(f"Findings in {file.path}", _FINDING_HEADS))
            for finding in file.findings:
                self._files.write(_finding_row(finding))
            self._files.write("</tbody></table></div>\n")
        if file.gaps:
            self._files.write(_table(f"Not read or not judged in {file.path}", _GAP_HEADS))
            for gap in file.gaps:
                self._files.write(_gap_row(gap))
            self._files.write("</tbody></table></div>\n")
        self._files.write("</section>\n")

    def end(self, totals: Totals, exit_code: int) -> None:
        """Write the page: the summary, then the files."""
        about, style = self._about, _STYLE.read_text(encoding="utf-8")
        title = f"Screening for {escape(about.audience)}: {escape(totals.sentence())}"
        self._out.write(
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n"""
            f"<style>\n{style}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#files">Skip to the files</a>\n<header>\n<h1>Screening before publication</h1>\n'
        )
        self._out.write(_summary(about, totals, exit_code))
        self._out.write('</header>\n<main id="files">\n')
        self._files.seek(0)
        shutil.copyfileobj(self._files, self._out)
        self._files.close()
        self._out.write(
            "</main>\n<footer><p>Samples are masked. What was not read is not clean. Written by Amends "
            f"{escape(about.version)}.</p></footer>\n</body>\n</html>\n"
        )


_FINDING_HEADS: Final = ("What", "Where", "How many", "Hidden", "How sure", "Why, and what to do")
_GAP_HEADS: Final = ("Code", "Where", "Why, and what to do")


def _summary(about: About, totals: Totals, exit_code: int) -> str:
    lines = [
        f"<p>For the audience <strong>{escape(about.audience)}</strong>: {escape(about.recipients)}</p>",
        f'<p class="total">{escape(totals.sentence())}. Exit code {exit_code}.</p>',
        "<dl>",
    ]
    if about.settings:
        lines.append(f"<div><dt>Settings</dt><dd>{escape(about.settings)}</dd></div>")
    if about.started:
        lines.append(f"<div><dt>Screened at</dt><dd>{escape(about.started)}</dd></div>")
    for kind, count in totals.kinds.most_common():
        lines.append(f"<div><dt>{escape(kind)}</dt><dd>{count:,} {_places(count)}</dd></div>")
    for code, count in totals.gaps.most_common():
        lines.append(f"<div><dt>not read: {escape(code)}</dt><dd>{count:,} {_places(count)}</dd></div>")
    lines.append("</dl>")
    if totals.notes:
        lines += ["<ul>", *(f"<li>{escape(note)}</li>" for note in totals.notes), "</ul>"]
    return "\n".join(lines) + "\n"


def _table(caption: str, heads: tuple[str, ...]) -> str:
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    # A wide table scrolls by itself; a keyboard reaches it.
    return (
        f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{cells}</tr></thead><tbody>\n"
    )


def _finding_row(finding: ReportedFinding) -> str:
    hidden = f"{finding.hidden_count:,}" if finding.hidden_count else ("yes" if finding.hidden else "no")
    why = [f"<p>{escape(text)}</p>" for text in (finding.reason, finding.context, finding.because) if text]
    if finding.samples:
        samples = ", ".join(
            f"{escape(kind)} <code>{escape(sample)}</code>" for kind, sample in finding.samples
        )
        why.append(f"<p>Masked: {samples}</p>")
    if finding.standing.value == "stops":
        why.append(f'<p class="do">{escape(finding.what_to_do)}</p>')
    standing = f'<span class="standing">{_STANDINGS[finding.standing.value]}</span>'
    if finding.severity != "ordinary":
        standing += f'<br><span class="severity">{escape(finding.severity)}</span>'
    return (
        f'<tr class="{finding.standing.value}"><th scope="row">{escape(finding.kind)}<br>{standing}</th>'
        f"<td>{escape(finding.place)}</td><td>{f'{finding.count:,}' if finding.count else '–'}</td>"
        f"<td>{hidden}</td><td>{finding.confidence:.0%}</td><td>{''.join(why)}</td></tr>\n"
    )


def _gap_row(gap: ReportedGap) -> str:
    return (
        f'<tr><th scope="row">{escape(gap.code)}</th><td>{escape(gap.place)}</td>'
        f'<td><p>{escape(gap.reason)}</p><p class="do">{escape(gap.what_to_do)}</p></td></tr>\n'
    )


def _places(count: int) -> str:
    return "place" if count == 1 else "places"
