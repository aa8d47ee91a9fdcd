"""What a fresh installation begins with: two keys, the starter journeys, a sender that may send."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

PUBLIC_KEY = "local-public"
SERVER_KEY = "local-secret"


def sow(client: Callable[[str], Any], from_address: str, templates: Path) -> None:
    """Writes the seeds into the emulated AWS; done once, the saved state keeps them."""
    client("sesv2").create_email_identity(EmailIdentity=from_address)
    # SES would ask the owner of the address; the emulator takes our word for it.
    client("ses").verify_email_identity(EmailAddress=from_address)
    services = importlib.import_module("leadwell.wiring").services()
    keys = importlib.import_module("leadwell.tracking.keys")
    keys.add_key(services.table, PUBLIC_KEY, keys.KeyKind.PUBLIC, "Local run, browsers")
    keys.add_key(services.table, SERVER_KEY, keys.KeyKind.SERVER, "Local run, servers")
    shop = {"shop_url": f"{services.settings.public_url}/shop"}
    privacy = {"privacy_url": f"{shop['shop_url']}/magazine.html#privacy"}
    parameters = {
        "welcome": shop,
        "birthday": shop,
        "abandoned-cart": {"cart_url": shop["shop_url"]},
        **dict.fromkeys(("newsletter-form", "white-paper-form", "contact-form", "text-messages-form"), privacy),
        "white-paper-file": {"file_url": f"{shop['shop_url']}/sofa-guide.pdf"},
        "guide-popin": {"after": "PT3S", "pages": "/shop/magazine*"},
    }
    importlib.import_module("leadwell.definitions.starters").publish_starters(services, templates, parameters)
