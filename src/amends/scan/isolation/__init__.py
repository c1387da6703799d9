"""Opens hostile files in a child process, and lets nothing out but bounded text.

A reader of a hostile file may crash, loop, eat the memory or be taken over. None of that reaches the
caller: the child holds no secret, no environment, no way to a file or the network, and what it says
is checked word for word. See `amends.scan.isolation.reading` for the precautions in their order.
"""
