"""Wiring only: settings, URL table, ASGI entry point. Nothing here decides anything."""
