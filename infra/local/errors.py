"""What stops the local run before it has begun."""


class CannotStart(Exception):
    """One sentence for the person at the keyboard."""
