"""Django's view of the web door; it has templates and no tables."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the templates of the web door."""

    name = "amends.web"
    label = "web"
