"""What an installation asks before it takes somebody's word for a consent (the policy's ``consent``)."""

from typing import Literal

OptIn = Literal["single", "double", "always"]

SINGLE: OptIn = "single"
"""Nobody is asked to confirm. What a visitor says grants nothing all the same; the website's server says who agreed."""
DOUBLE: OptIn = "double"
"""A visitor's wish counts once the owner of the address has confirmed it. A server key, or a colleague, states a proof
that was given elsewhere."""
ALWAYS: OptIn = "always"
"""Nothing but a click in our own message counts, whoever says otherwise; a server's word is a request to ask."""
