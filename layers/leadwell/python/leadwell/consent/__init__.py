"""Who may be written to, for what, by which channel; and who said no."""
