"""Companies: kept by the same code as contacts, out of what their members do and say."""
