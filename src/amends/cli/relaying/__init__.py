"""The mail relay: takes outgoing mail by SMTP, screens it with what is attached, and passes it on or refuses it.

`next_hop` hands a message on, unchanged; `deciding` says what is answered; `serving` speaks SMTP. A message is
accepted only once the next mail server has accepted it: the relay keeps no queue, so none can be lost in it.
"""
