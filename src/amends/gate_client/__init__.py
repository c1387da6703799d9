"""Client of the hold gate, for the systems that must ask it. Standard library only; any error means hold."""
