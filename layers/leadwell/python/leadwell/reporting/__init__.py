"""What Leadwell says about itself in figures."""
