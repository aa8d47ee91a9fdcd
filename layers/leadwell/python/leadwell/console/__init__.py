"""What people who are signed in work with: the management API and the console's pages."""
