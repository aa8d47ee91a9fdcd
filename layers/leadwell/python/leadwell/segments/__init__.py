"""Segments: who is in, since when, and until when if nothing happens."""
