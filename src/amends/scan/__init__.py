"""Opens a file to every corner and says what personal data it holds.

A plain library: no Django, no ledger, no clock. Hostile bytes are touched only by `scan.formats`,
and only inside the child process that `scan.isolation` starts. The room judges files; it does not
decide whether they may be published (`casework.screen_release` does).
"""
