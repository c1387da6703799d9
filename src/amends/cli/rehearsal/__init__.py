"""Plays the days after a drill on a copy of its ledger, and shows requirement by requirement what holds (R55)."""
