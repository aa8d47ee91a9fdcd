"""What Leadwell relies on in AWS, asked of every stand-in that its tests use, and of AWS itself."""
