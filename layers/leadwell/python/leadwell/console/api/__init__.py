"""The management API: one module per subject, each with its routes."""
