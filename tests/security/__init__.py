"""What strangers send, what we depend on, and what must never stand in a file. ``python -m tests.security``: the checks
of ``make check``; the tests are in the files."""
