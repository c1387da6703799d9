"""Holds the people of an opened file against the register of an incident."""
