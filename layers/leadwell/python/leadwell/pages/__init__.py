"""Public pages: unsubscribe, confirm, and what people see when a link is no longer good."""
