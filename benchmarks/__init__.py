"""Measurements: run by hand, printed with the machine that they were made on, never asserted by a test."""
