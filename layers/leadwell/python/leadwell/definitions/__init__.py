"""Journeys, segments, scoring, lifecycle and messages as data: parsed, published in versions, compiled for use."""
