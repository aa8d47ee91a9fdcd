"""Ways out. A channel is one file plus one line in ``wiring``; each obeys the contract in ``outgoing.py``."""
