"""The kinds of conditions, one module for each group; ``models.py`` lists them all by their head words."""
