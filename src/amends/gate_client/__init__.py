"""Client of the hold gate, for the systems that must ask it. Standard library only; any error means hold.

::

    client = GateClient("https://gate.agency.example", key, clock=lambda: datetime.now(UTC))
    with client.permission(identifier, "removal"):      # raises Held unless the gate says clear
        carry_out_the_removal()

The clock is given, so that whoever uses it can test what happens when it is wrong.
"""

from amends.gate_client.answer import Answer, Held
from amends.gate_client.client import GateClient

__all__ = ["Answer", "GateClient", "Held"]
