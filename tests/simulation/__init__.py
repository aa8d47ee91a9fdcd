"""Random stories under random faults; see README.md."""
