"""Leadwell: marketing automation that runs serverless in the user's own AWS account."""
