"""Ways to bring one letter to one addressee; one plug-in per way.

A channel says what it did, never that a letter has arrived: delivery is a fact that needs proof
(R34), and is recorded by whoever holds the proof.
"""
