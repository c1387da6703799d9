"""The hold gate: a process of its own that other systems ask before an adverse action (R24).

It reads the ledger's database through a connection of its own, records each answer durably before it is sent, and
answers ``hold`` whenever anything is not as it must be. It changes nothing in the ledger and knows no Django;
what it must look up is kept ready by `amends.ledger.gate_index`.
"""
