"""The HTTP door: one question so far, whether a file may go out. It translates, and decides nothing.

Bare ASGI beside the pages: a body is taken piece by piece into a file that has no name, and never before it is known
who sends it. Identifiers stand in bodies, never in addresses. Errors are problem+json (RFC 9457).
"""
