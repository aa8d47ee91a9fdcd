"""A definition changes over a hundred thousand contacts while events keep coming."""
