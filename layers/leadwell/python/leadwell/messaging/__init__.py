"""Messages: what is said, how it is rendered, and how it leaves."""
