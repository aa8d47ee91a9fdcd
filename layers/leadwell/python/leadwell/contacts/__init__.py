"""Contacts: who somebody is, what is known, and how events change it."""
