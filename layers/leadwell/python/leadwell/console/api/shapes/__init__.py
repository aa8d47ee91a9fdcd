"""How things look from outside: pydantic models, which also make the OpenAPI description. Moments are ISO 8601, UTC."""
