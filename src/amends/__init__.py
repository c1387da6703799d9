"""Amends carries an organisation from an accidental leak of personal data to full remedy."""

__version__ = "0.1.0"
