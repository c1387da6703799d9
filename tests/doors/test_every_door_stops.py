"""What must never go out is stopped by every door: the command, the watched folder, the relay and HTTP (issue 5)."""

from __future__ import annotations

import json
import smtplib
import socket
import subprocess
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest
import xlsxwriter

from tests.doors.test_screen_command import manifest
from tests.doors.test_standing_doors import PROGRAM, folders, posted, wait_for
from tests.small_incident import Responded
from tests.unit.cli.relaying.conftest import Kept, mail_server

__all__ = ["folders"]
AUDIENCE = "foreign-government"
NAMES = "Family name,Given name,Facility,Booked in\n" + "".join(
    f"Zzcanary,{given},North,2022-11-{day}\n" for day, given in enumerate(("Ana", "Bo", "Cy", "Dee"), 10)
)
FIGURES = "region,total\nnorth,12\nsouth,30\n"
SETTINGS = '[screen.mail]\nown_domains = ["agency.example"]\n'


@pytest.fixture
def on(responded: Responded, tmp_path: Path) -> Responded:
    return responded.copied(tmp_path)


@pytest.fixture
def stopped(on: Responded, tmp_path: Path) -> Path:
    """What each door is shown: five that must stop there, and one that must not."""
    folder = tmp_path / "stopped"
    folder.mkdir()
    (folder / "names.csv").write_text(NAMES, encoding="utf-8")
    manifest(folder, on)
    mail(
        folder / "implied.eml",
        "consul@state.example",
        "Some of these people were affected by the disclosure.",
    )
    mail(folder / "seen.eml", "ana@one.example, bo@two.example", "Your case number is A123456789 for asylum.")
    with xlsxwriter.Workbook(str(folder / "monthly.xlsx")) as workbook:
        shown, raw = workbook.add_worksheet("Statistics"), workbook.add_worksheet("raw")
        shown.write_row(0, 0, ("Month", "Detained"))
        for number, line in enumerate(NAMES.splitlines()):
            raw.write_row(number, 0, line.split(","))
        raw.hide()
    (folder / "figures.csv").write_text(FIGURES, encoding="utf-8")
    return folder


def mail(file: Path, to: str, text: str, attached: Path | None = None) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@agency.example", to, "Charter"
    message.set_content(f"{text}\n")
    if attached is not None:
        kind = "csv" if attached.suffix == ".csv" else "octet-stream"
        message.add_attachment(
            attached.read_bytes(), maintype="application", subtype=kind, filename=attached.name
        )
    content = bytes(message).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    file.write_bytes(content)
    return content


def test_the_command_stops_them(on: Responded, stopped: Path):
    words = ("--audience", AUDIENCE, "--incident", on.reference, "--json", "--outgoing")
    done = on.program.run("screen", stopped, *words)
    verdicts = {line["file"]: line["verdict"] for line in map(json.loads, done.out.splitlines())}
    assert verdicts == {
        "names.csv": "findings",
        "manifest.csv": "findings",
        "implied.eml": "findings",
        "seen.eml": "findings",
        "monthly.xlsx": "findings",
        "figures.csv": "clear",
    }
    assert done.code == 1


def test_the_watched_folder_stops_them(on: Responded, stopped: Path, folders: dict[str, Path]):
    for file in stopped.iterdir():
        file.rename(folders["inbox"] / file.name)
    places = (folders["inbox"], "--publish", folders["outbox"], "--quarantine", folders["quarantine"])
    words = ("--once", "--settle", "0", "--audience", AUDIENCE, "--incident", on.reference, "--json")
    done = on.program.run("watch", *places, *words)
    assert done.code == 1, done.said
    assert [path.name for path in folders["outbox"].iterdir()] == ["figures.csv"]
    held = {path.name for path in folders["quarantine"].glob("[0-9a-f]*/*")} - {"amends-reason.json"}
    assert held == {"names.csv", "manifest.csv", "implied.eml", "seen.eml", "monthly.xlsx"}


def test_the_relay_stops_them(on: Responded, stopped: Path, tmp_path: Path):
    (tmp_path / "amends.toml").write_text(SETTINGS, encoding="utf-8")
    messages = {
        file.name: file.read_bytes()
        if file.suffix == ".eml"
        else mail(tmp_path / "message.eml", "consul@state.example", "As agreed.", file)
        for file in stopped.iterdir()
    }
    kept, answers = Kept(), {}
    with mail_server(kept) as port:
        words = ["relay", "--listen", "127.0.0.1:0", "--next", f"127.0.0.1:{port}", "--json"]
        words += [
            "--audience",
            AUDIENCE,
            "--incident",
            on.reference,
            "--config",
            str(tmp_path / "amends.toml"),
        ]
        environment = on.program.variables()
        with subprocess.Popen([PROGRAM, *words], env=environment, stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None
                listening = json.loads(process.stdout.readline())["listening"]
                for name, content in messages.items():
                    with smtplib.SMTP("127.0.0.1", listening, timeout=120) as client:
                        client.ehlo()
                        client.mail("desk@agency.example")
                        client.rcpt("consul@state.example")
                        try:
                            answers[name] = client.data(content)[0]
                        except smtplib.SMTPDataError as refused:
                            answers[name] = refused.smtp_code
            finally:
                process.kill()
    assert answers == {name: 250 if name == "figures.csv" else 550 for name in messages}
    assert kept.messages == [messages["figures.csv"]]


def test_http_stops_them(on: Responded, stopped: Path):
    about = ("--title", "Portal", "--contact", "Office 5", "--action", "removal", "--reason", "a portal")
    assert on.program.run("systems", "register", "portal", *about).code == 0
    issued = on.program.run("systems", "issue-key", "portal", "--reason", "for the portal", "--json")
    key = f"Bearer {json.loads(issued.out)['key']}"
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    query = f"?audience={AUDIENCE}&incident={on.reference}"
    with on.program.going_on("serve", "--port", port) as process:
        wait_for(port, process)
        answers = {
            file.name: posted(port, file.read_bytes(), key, query=query, name=file.name)
            for file in stopped.iterdir()
        }
    assert {name: answer["may_go"] for name, (_, answer) in answers.items()} == {
        name: name == "figures.csv" for name in answers
    }
    assert {answer["verdict"] for _, answer in answers.values()} == {"findings", "clear"}
    assert {status for status, _ in answers.values()} == {200}
