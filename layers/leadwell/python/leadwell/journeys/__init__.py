"""Journeys: what happens to a contact over time, step by step."""
