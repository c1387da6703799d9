"""How leaked rows become persons: the list, the judgement of its rows, the records that are written."""
