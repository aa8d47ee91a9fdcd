"""The product catalog: uploaded, and read by the step ``recommend``."""
