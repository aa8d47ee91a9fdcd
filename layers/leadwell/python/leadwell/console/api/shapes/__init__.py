"""How things look from outside: pydantic models, from which the OpenAPI description is made. Moments are ISO 8601, UTC."""
