"""The commands: help for every option, the ways to name logs, exit codes, and what each prints."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.small_incident import NOW, Program, Responded, SmallIncident, ledger_dump

_EVERY_COMMAND = """
init; respond; drill; rehearse; screen; incidents; close; coverage; plan; status; explain; remedies;
advance; reviews; breaches; breach; harmed; supplement; harm; not-notify; recipient-policy; duties;
correct; clocks; untold; figures; alarms; serve; operator; backup; restore; review; review assign;
review decide; review second-look; returns; returns list; returns attempt; returns rechecks;
actions; actions import; actions check; actions recheck; duty; duty settle; duty withdraw; duty
date; duty trigger; duty delay; evidence; evidence take; evidence verify; hold; hold check; gate;
gate accept-older; gate accept-clock; systems; systems register; systems list; systems retire;
systems resume; systems new-list-secret; systems issue-key; systems rotate-key; systems revoke-key;
keys; keys list; keys rotate; keys renew; keys rekey-fingerprints; retention; retention plan;
retention apply; retention preserve; retention lift-preservation; journal; journal verify; journal
export; journal checkpoint; journal public-key; journal prove; journal consistency; journal
verify-proof; journal verify-timestamp; holds; holds show; holds place-again; holds extend; holds
known; holds unknown; holds lift; holds approve; holds refuse; holds requests; holds officers; holds
grant; holds revoke; holds answers; holds publish; holds deliver; holds reconcile; parts; clean;
watch; release; release request; release approve; release refuse; release withdraw; release list;
relay; sweep; known; known new-key; known build; known update; known info; known who
"""
COMMANDS = tuple(tuple(command.split()) for command in _EVERY_COMMAND.split(";"))


def recipients_in(folder: Path) -> set[str]:
    with (folder / "recipients.csv").open(encoding="utf-8", newline="") as lines:
        return {line["address"] for line in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def split_logs(tmp_path_factory: pytest.TempPathFactory, small_incident: SmallIncident) -> Path:
    """A folder with the logs, one of them in a folder below."""
    folder = tmp_path_factory.mktemp("logs")
    current, rotated = small_incident.files.logs
    shutil.copy(current, folder)
    (folder / "old").mkdir()
    shutil.copy(rotated, folder / "old")
    return folder


@pytest.mark.parametrize(
    "form", ["one option, several words", "the option again and again", "a folder", "a glob and a folder"]
)
def test_logs_are_named_in_any_of_the_usual_ways(
    program: Program, small_incident, responded, split_logs, tmp_path, form
):
    current, rotated = small_incident.files.logs
    without_logs = small_incident.arguments(tmp_path / "out", logs=None)
    words = {
        "one option, several words": ["--logs", current, rotated],
        "the option again and again": ["--logs", current, "--logs", rotated],
        "a folder": ["--logs", split_logs],
        "a glob and a folder": ["--logs", split_logs / "access.log", split_logs / "old"],
    }[form]
    finished = program.run(without_logs[0], *words, *without_logs[1:], "--no-letters", "--json")
    assert finished.code == 0, finished.err
    assert recipients_in(tmp_path / "out") == recipients_in(responded.out)


def test_half_of_the_logs_gives_fewer_recipients(program: Program, small_incident, responded, tmp_path):
    """The twin: were logs passed over, the test above would see it."""
    current, _ = small_incident.files.logs
    finished = program.run(*small_incident.arguments(tmp_path / "out", logs=[current]), "--no-letters")
    assert finished.code == 0, finished.err
    assert recipients_in(tmp_path / "out") < recipients_in(responded.out)


def test_without_any_log_the_whole_window_is_unknown_and_the_worst_is_assumed(
    program: Program, small_incident, tmp_path
):
    finished = program.run(*small_incident.arguments(tmp_path / "out", logs=None), "--no-letters")
    assert finished.code == 0, finished.err
    assert "0 recipients, 1 holes" in finished.said
    assert "Assume that the feared reader has it" in (tmp_path / "out" / "report.html").read_text()


def test_a_response_for_machines_is_one_json_object(program: Program, small_incident, tmp_path):
    finished = program.run(*small_incident.arguments(tmp_path / "out"), "--no-letters", "--json")
    answer = json.loads(finished.out)
    assert finished.err == ""
    assert answer["figures"] == json.loads((tmp_path / "out" / "figures.json").read_text())
    assert answer["letters"] is None
    assert 0 < answer["seconds_file_to_held"] < answer["seconds_total"]
    head = json.loads((tmp_path / "out" / "journal.jsonl").read_text().splitlines()[-1])["head"]
    assert answer["journal_head"] == f"{head['sequence']}:{head['digest']}"


def test_a_registry_as_csv_gives_the_figures_of_the_registry_as_parquet(
    program: Program, small_incident, responded, tmp_path
):
    import pyarrow.csv
    import pyarrow.parquet

    registry = tmp_path / "registry.csv"
    pyarrow.csv.write_csv(pyarrow.parquet.read_table(small_incident.files.registry), registry)
    shutil.copy(small_incident.files.status, tmp_path)
    finished = program.run(*small_incident.arguments(tmp_path / "out", registry=registry), "--no-letters")
    assert finished.code == 0, finished.err
    figures, expected = (
        json.loads((f / "figures.json").read_text()) for f in (tmp_path / "out", responded.out)
    )
    unwritten = ("notices_prepared", "notices_not_written")
    assert {k: v for k, v in figures.items() if k not in unwritten} == {
        k: v for k, v in expected.items() if k not in unwritten
    }


def test_the_letters_say_draft_until_the_sender_is_filled_in(program: Program, small_incident, tmp_path):
    import pypdfium2

    finished = program.run(*small_incident.arguments(tmp_path / "out", sender=None))
    assert finished.code == 0, finished.err
    assert "The letters say DRAFT" in finished.said
    letter = min((tmp_path / "out" / "letters").glob("*.pdf"))
    with closing(pypdfium2.PdfDocument(letter)) as document:
        assert "DRAFT" in document[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_each_of_its_options(command):
    import typer.main

    from amends.cli.main import app

    found = typer.main.get_command(app)
    for name in command:
        found = found.commands[name]  # type: ignore[attr-defined]
    assert found.help
    for parameter in found.params:
        if parameter.name != "help":
            assert getattr(parameter, "help", None), f"{' '.join(command)}: {parameter.name} has no help"


def test_no_command_is_missing_from_these_tests():
    import typer.main

    from amends.cli.main import app

    top = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(top) == {command[0] for command in COMMANDS}


@pytest.mark.parametrize("command", [(), *COMMANDS[:3], ("journal",)], ids=lambda c: " ".join(c) or "amends")
def test_help_is_printed_in_a_narrow_terminal_too(program: Program, command):
    finished = program.run(*command, "--help", COLUMNS="60")
    assert finished.code == 0
    assert "Usage" in finished.out
    assert "--help" in finished.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_had_for_the_usual_shells(program: Program, shell):
    finished = program.run("--show-completion", shell)
    assert finished.code == 0, finished.err
    assert "_AMENDS_COMPLETE" in finished.out


def test_the_version_is_printed(program: Program):
    from amends import __version__

    finished = program.run("--version")
    assert (finished.code, finished.out.strip()) == (0, f"amends {__version__}")


def test_an_unknown_command_is_a_usage_error(program: Program):
    assert program.run("forget").code == 2


def test_init_makes_a_ledger_and_its_key_once(program: Program):
    first = program.run("init", "--json")
    assert (first.code, json.loads(first.out)["new"]) == (0, True)
    key = program.home / "ledger.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(program.home.stat().st_mode) == 0o700
    before = ledger_dump(program.home)
    second = program.run("init", "--json")
    assert (second.code, json.loads(second.out)["new"]) == (0, False)
    assert ledger_dump(program.home) == before


def test_the_key_can_lie_elsewhere(program: Program, tmp_path):
    key = tmp_path / "elsewhere" / "amends.key"
    key.parent.mkdir()
    assert program.run("init", AMENDS_KEY_FILE=str(key)).code == 0
    assert key.is_file()
    assert not (program.home / "ledger.key").exists()


@pytest.mark.parametrize(
    "command", [("incidents",), ("figures", "x"), ("close", "x", "--reason", "y"), ("serve",)]
)
def test_a_command_that_needs_a_ledger_says_so_and_makes_none(program: Program, command):
    finished = program.run(*command)
    assert finished.code == 2
    assert "ledger-missing" in finished.err
    assert not program.home.exists()


def test_the_incidents_are_listed_with_what_is_open(responded: Responded):
    finished = responded.program.run("incidents", "--json")
    (listed,) = json.loads(finished.out)
    assert listed["reference"] == responded.reference
    assert listed["closed_at"] is None
    assert set(listed["open"]) >= {"holds", "notices", "clawbacks", "reviews"}
    assert responded.reference in responded.program.run("incidents").out


def test_a_title_that_looks_like_a_style_is_shown_as_it_is(responded: Responded, tmp_path):
    copy = responded.copied(tmp_path)
    with closing(sqlite3.connect(copy.home / "ledger.sqlite3")) as ledger:
        ledger.execute("UPDATE ledger_incident SET title = 'list [/red] of [bold]people'")
        ledger.commit()
    finished = copy.program.run("incidents")
    assert finished.code == 0, finished.err
    assert "list [/red] of [bold]people" in finished.said


def test_the_figures_are_printed_with_their_queries_and_without_small_cells(responded: Responded, tmp_path):
    copy = responded.copied(tmp_path)
    before = ledger_dump(copy.home)
    exact = copy.program.run("figures", copy.reference, "--json")
    assert json.loads(exact.out) == json.loads((copy.out / "figures.json").read_text())
    public = json.loads(copy.program.run("figures", copy.reference, "--json", "--public").out)
    assert public == json.loads((copy.out / "figures-public.json").read_text())
    assert None in public.values()
    queries = copy.program.run("figures", copy.reference, "--queries")
    assert "SELECT COUNT(*)" in queries.out
    assert ledger_dump(copy.home) == before


def test_an_incident_that_is_not_there_is_a_usage_error_that_names_those_there_are(responded: Responded):
    finished = responded.program.run("figures", "2099-01-01-0000000000")
    assert finished.code == 2
    assert "incident-unknown" in finished.err
    assert responded.reference in finished.said


def test_closing_says_what_is_open_and_changes_nothing(responded: Responded, tmp_path):
    copy = responded.copied(tmp_path)
    before = ledger_dump(copy.home)
    finished = copy.program.run("close", copy.reference, "--reason", "we are done")
    assert finished.code == 2
    assert "incident-not-finished" in finished.err
    assert "holds" in finished.said
    assert ledger_dump(copy.home) == before


def test_an_operator_is_made_and_given_a_new_password(program: Program):
    weak = program.run("operator", "reader", AMENDS_OPERATOR_PASSWORD="short")
    assert weak.code == 2
    assert "password-too-weak" in weak.err
    made = program.run("operator", "reader", AMENDS_OPERATOR_PASSWORD="correct horse battery staple")
    assert (made.code, made.out.strip()) == (0, "made: reader")
    again = program.run("operator", "reader", AMENDS_OPERATOR_PASSWORD="another long pass phrase")
    assert (again.code, again.out.strip()) == (0, "new password for: reader")
    with closing(sqlite3.connect(program.home / "ledger.sqlite3")) as ledger:
        (stored,) = ledger.execute("SELECT password FROM auth_user").fetchone()
    assert "pass phrase" not in stored


def test_the_pages_are_served_to_this_machine_alone(responded: Responded):
    finished = responded.program.run("serve", "--host", "0.0.0.0")
    assert finished.code == 2
    assert "host-not-loopback" in finished.err


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"Month,Detained\n2022-10,25000\n2022-11,26000\n", 0, "clear"),
        (b"A-Number,Last Name,DOB\nA200000002,Lobo,1990-02-11\nA200000003,Roe,1991-02-11\n", 1, "findings"),
        (b"PK\x03\x04 and then nothing", 3, "incomplete"),
    ],
)
def test_screening_exits_with_its_verdict(program: Program, tmp_path, content, code, said):
    file = tmp_path / ("release.zip" if content.startswith(b"PK") else "release.csv")
    file.write_bytes(content)
    finished = program.run("screen", file)
    assert (finished.code, said in finished.out) == (code, True), finished.said
    assert "Lobo" not in finished.said
    assert not program.home.exists(), "screening made a ledger"


def test_the_worst_of_several_files_is_the_verdict(program: Program, tmp_path):
    clean, broken = tmp_path / "clean.csv", tmp_path / "broken.xlsx"
    clean.write_text("Month,Detained\n2022-10,25000\n2022-11,26000\n")
    broken.write_bytes(b"PK\x03\x04")
    finished = program.run("screen", clean, broken, "--json")
    assert finished.code == 3
    assert [json.loads(line)["verdict"] for line in finished.out.splitlines()] == ["clear", "incomplete"]


def test_a_drill_with_too_few_people_is_refused(program: Program, tmp_path):
    finished = program.run("drill", "--out", tmp_path / "d", "--rows", "120", "--people", "50")
    assert finished.code == 2
    assert "drill-too-few-people" in finished.err


def test_a_scenario_that_nobody_knows_is_refused(program: Program, tmp_path):
    finished = program.run("drill", "--out", tmp_path / "d", "--scenario", "no-such")
    assert finished.code == 2
    assert "drill-scenario" in finished.err


def test_the_instant_of_the_work_may_be_given_for_a_late_record(responded: Responded):
    with closing(sqlite3.connect(responded.home / "ledger.sqlite3")) as ledger:
        (at,) = ledger.execute("SELECT population_held_at FROM ledger_incident").fetchone()
    assert at.startswith(NOW[:10])
