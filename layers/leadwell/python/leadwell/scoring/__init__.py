"""Lead scoring: points for what people do and who they are, fading with time."""
