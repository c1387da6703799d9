"""Result files of an incident: each written whole or not at all, readable by its owner alone."""
