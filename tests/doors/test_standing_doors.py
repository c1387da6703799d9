"""The standing doors with the real program: what the watch holds, two people release; relay, HTTP and sweep agree."""

from __future__ import annotations

import http.client
import json
import smtplib
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from amends.ledger.durable import locked
from tests.small_incident import Program
from tests.unit.cli.relaying.conftest import Kept, mail_server

LIST = b"Family name,Given name,Date of birth\nZzcanary,Ana,1990-01-02\nZzcanary,Bo,1991-01-02\n"
CLEAR = b"region,total\nnorth,12\nsouth,30\n"
PROGRAM = str(Path(sys.executable).with_name("amends"))
OFFICERS = {"rita": "stone river lantern 41", "alan": "copper window meadow 72"}


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / name for name in ("inbox", "outbox", "quarantine")}
    for folder in made.values():
        folder.mkdir()
    return made


def watched(program: Program, folders: dict[str, Path], *words: str) -> tuple[int, list[dict[str, Any]]]:
    places = (folders["inbox"], "--publish", folders["outbox"], "--quarantine", folders["quarantine"])
    done = program.run("watch", *places, "--once", "--settle", "0", "--json", *words)
    return done.code, [json.loads(line) for line in done.out.splitlines()]


def officer(program: Program, name: str) -> None:
    words = ("--may-request", "--may-approve", "--reason", "founds the list", "--actor", "tester")
    granted = program.run("holds", "grant", name, *words, AMENDS_NEW_PASSPHRASE=OFFICERS[name])
    assert granted.code == 0, granted.said


def test_what_the_watch_holds_two_people_release_and_only_for_that_audience(
    program: Program, folders, tmp_path
):
    assert program.run("init").code == 0
    for name in OFFICERS:
        officer(program, name)
    (folders["inbox"] / "list.csv").write_bytes(LIST)
    (folders["inbox"] / "figures.csv").write_bytes(CLEAR)
    code, outcomes = watched(program, folders)
    assert (code, sorted(one["result"] for one in outcomes)) == (1, ["held", "published"])
    (held,) = folders["quarantine"].glob("*/list.csv")

    ask = ("release", "request", held, "--reason", "the court ordered it", "--actor", "rita", "--json")
    asked = json.loads(program.run(*ask, AMENDS_PASSPHRASE=OFFICERS["rita"]).out)
    assert (asked["verdict"], asked["people"]) == ("findings", 2)
    approve = ("release", "approve", asked["reference"], held, "--reason", "I read the order")
    own = program.run(*approve, "--actor", "rita", AMENDS_PASSPHRASE=OFFICERS["rita"])
    assert (own.code, "second-person-is-first" in own.err) == (2, True)
    assert watched(program, folders) == (0, [])
    done = program.run(*approve, "--actor", "alan", AMENDS_PASSPHRASE=OFFICERS["alan"])
    assert done.code == 0, done.said
    assert watched(program, folders, "--audience", "foreign-government") == (0, [])
    code, outcomes = watched(program, folders)
    assert (code, [one["result"] for one in outcomes]) == (0, ["released"])
    assert {path.name: path.read_bytes() for path in folders["outbox"].iterdir()} == {
        "list.csv": LIST,
        "figures.csv": CLEAR,
    }
    listed = json.loads(program.run("release", "list", "--json").out)
    assert [(line["state"], line["sha256"]) for line in listed] == [("released", asked["sha256"])]
    with closing(sqlite3.connect(program.home / "ledger.sqlite3")) as ledger:
        details = ledger.execute(
            "SELECT detail FROM ledger_journalentry WHERE verb = 'approve_file_release'"
        ).fetchall()
    assert [json.loads(detail)["sha256"] for (detail,) in details] == [asked["sha256"]]
    assert program.run("journal", "verify").code == 0


def test_two_watches_do_not_share_a_quarantine(program: Program, folders):
    places = (folders["inbox"], "--publish", folders["outbox"], "--quarantine", folders["quarantine"])
    with locked(folders["quarantine"] / ".intake.lock"):
        second = program.run("watch", *places, "--once")
    assert (second.code, "watch-running" in second.err) == (2, True)


@pytest.mark.parametrize("inside", ["inbox", "outbox"])
def test_folders_that_overlap_are_refused(program: Program, folders, inside: str):
    places = {**folders, "quarantine": folders[inside] / "quarantine"}
    done = program.run(
        "watch",
        places["inbox"],
        "--publish",
        places["outbox"],
        "--quarantine",
        places["quarantine"],
        "--once",
    )
    assert (done.code, "folders-overlap" in done.err) == (2, True)


def test_the_relay_takes_mail_and_answers_what_the_next_server_answered(program: Program):
    kept = Kept()
    environment = program.variables()
    environment.pop("AMENDS_HOME")
    with mail_server(kept) as port:
        words = ["relay", "--listen", "127.0.0.1:0", "--next", f"127.0.0.1:{port}", "--json"]
        with subprocess.Popen([PROGRAM, *words], env=environment, stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None
                listening = json.loads(process.stdout.readline())["listening"]
                clear, stopped = message(CLEAR), message(LIST)
                with smtplib.SMTP("127.0.0.1", listening, timeout=60) as client:
                    client.sendmail("clerk@agency.example", ["office@court.example"], clear)
                    with pytest.raises(smtplib.SMTPDataError) as refused:
                        client.sendmail("clerk@agency.example", ["office@court.example"], stopped)
            finally:
                process.kill()
    assert kept.messages == [clear]
    assert refused.value.smtp_code == 550


def test_a_relay_that_would_listen_to_others_is_refused(program: Program):
    done = program.run("relay", "--listen", "0.0.0.0:10025", "--next", "127.0.0.1:25")
    assert (done.code, "host-not-loopback" in done.err) == (2, True)
    done = program.run("relay", "--listen", "nowhere", "--next", "127.0.0.1:25")
    assert (done.code, "address-invalid" in done.err) == (2, True)


def test_a_file_sent_by_http_gets_the_verdict_of_the_command_line(program: Program, tmp_path: Path):
    assert program.run("init").code == 0
    about = ("--title", "Portal", "--contact", "Office 5", "--action", "removal", "--reason", "a portal")
    assert program.run("systems", "register", "portal", *about).code == 0
    issued = program.run("systems", "issue-key", "portal", "--reason", "for the portal", "--json")
    assert issued.code == 0, issued.said
    token = json.loads(issued.out)["key"]
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "upload.csv").write_bytes(LIST)
    said = json.loads(program.run("screen", tmp_path / "upload.csv", "--json").out)
    with program.going_on("serve", "--port", port) as process:
        wait_for(port, process)
        status, answer = posted(port, LIST, f"Bearer {token}")
        refused, problem = posted(port, LIST, "Bearer amends_live_00_x")
    assert (status, answer["may_go"]) == (200, False)
    assert {name: answer[name] for name in ("verdict", "findings", "sha256")} == {
        name: said[name] for name in ("verdict", "findings", "sha256")
    }
    assert (refused, problem["code"]) == (401, "key-unknown")


def test_a_folder_is_swept_and_goes_on_from_its_results(program: Program, tmp_path: Path):
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "list.csv").write_bytes(LIST)
    (folder / "figures.csv").write_bytes(CLEAR)
    words = ("sweep", folder, "--results", tmp_path / "results.jsonl")
    first, again = program.run(*words), program.run(*words)
    assert (first.code, again.code) == (1, 1)
    assert first.out == again.out
    assert "1 clear, 1 findings" in first.said
    assert len((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    nowhere = program.run("sweep", tmp_path / "nowhere", "--results", tmp_path / "other.jsonl")
    assert (nowhere.code, "place-unknown" in nowhere.err) == (2, True)


def message(attached: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "clerk@agency.example", "office@court.example", "Figures"
    mail.set_content("The figures are attached.\n")
    mail.add_attachment(attached.decode(), subtype="csv", filename="figures.csv")
    return bytes(mail).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < ends, "the server did not begin to listen"
        time.sleep(0.05)


def posted(
    port: int, content: bytes, authorization: str, *, query: str = "", name: str = "upload.csv"
) -> tuple[int, Any]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        headers = {"Authorization": authorization, "Content-Disposition": f'attachment; filename="{name}"'}
        connection.request("POST", f"/api/v1/screen{query}", content, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
