"""Retention rules as data: how long each kind of sealed data is kept, counted from what, and who decides its end."""
