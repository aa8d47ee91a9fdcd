"""How fast and how cheap Leadwell is, as ratios of two things measured side by side."""
