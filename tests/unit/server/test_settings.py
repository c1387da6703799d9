"""The settings that keep a traceback, a cookie or a foreign page from giving the register away."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.urls import get_resolver

from amends.ledger.home import LedgerHome


def settings_in_another_process(expression: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = f"from amends.server import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_nothing_is_debugged_in_earnest():
    assert settings.DEBUG is False
    assert settings.LOGGING_CONFIG is None


@pytest.mark.parametrize("wish", ["1", "true", "DEBUG"])
def test_no_environment_variable_turns_debugging_on(wish, tmp_path):
    LedgerHome(tmp_path).create()
    done = settings_in_another_process(
        "settings.DEBUG", AMENDS_HOME=str(tmp_path), DEBUG=wish, DJANGO_DEBUG=wish, AMENDS_DEBUG=wish
    )
    assert done.stdout.strip() == "False", done.stderr


def test_the_secret_of_the_sessions_is_that_of_the_home(tmp_path):
    home = LedgerHome(tmp_path)
    home.create()
    done = settings_in_another_process("settings.SECRET_KEY", AMENDS_HOME=str(tmp_path))
    assert done.stdout.strip() == home.web_secret()
    assert home.web_secret() not in done.stderr


def test_without_a_key_there_are_no_settings(tmp_path):
    done = settings_in_another_process("settings.SECRET_KEY", AMENDS_HOME=str(tmp_path / "nothing"))
    assert done.returncode != 0
    assert "no key for this ledger" in done.stderr
    assert not (tmp_path / "nothing").exists()


def test_only_this_machine_is_answered():
    assert set(settings.ALLOWED_HOSTS) == {"127.0.0.1", "localhost", "[::1]"}


def test_whoever_is_not_logged_in_sees_nothing_and_cookies_stay_at_home():
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    assert settings.SESSION_COOKIE_SAMESITE == "Strict"
    assert settings.CSRF_COOKIE_SAMESITE == "Strict"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE


def test_a_page_may_load_nothing_from_anywhere_and_stand_in_no_frame():
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert "script-src" not in policy
    assert not [value for values in policy.values() for value in values if "*" in value or "http" in value]
    assert "csp.middleware.CSPMiddleware" in settings.MIDDLEWARE
    assert settings.SECURE_REFERRER_POLICY in ("no-referrer", "same-origin")


def test_instants_are_kept_in_utc():
    assert settings.USE_TZ
    assert settings.TIME_ZONE == "UTC"


def test_django_finds_nothing_wrong_with_the_settings():
    assert run_checks() == []


def test_addresses_hold_references_of_incidents_and_nothing_else():
    captured = {
        name for pattern in get_resolver().url_patterns for name in getattr(pattern.pattern, "converters", {})
    }
    assert captured <= {"reference"}


def test_the_asgi_application_is_the_one_that_the_settings_name():
    from django.utils.module_loading import import_string

    from amends.server.asgi import application

    assert import_string(settings.ASGI_APPLICATION) is application
