"""The whole loop in memory, under a clock of its own: what journeys do is tried in seconds, without AWS."""
