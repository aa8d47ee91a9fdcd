"""What people do about contacts: tasks, and leads handed over to sales."""
