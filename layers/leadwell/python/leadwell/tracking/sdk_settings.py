"""``GET /v1/projects/{key}/settings``: what Segment's browser SDK (analytics-next) asks for before sending."""

from typing import Any
from urllib.parse import urlsplit

from leadwell.tracking.requests import Request


def sdk_settings(write_key: str, public_url: str, request: Request) -> dict[str, Any]:
    """No tracking plan, no third-party destinations, no metrics to Segment: events come to us and nowhere else.

    ``public_url`` is where websites reach this API; empty: the address that the request was sent to.
    """
    address = urlsplit(public_url)
    host = address.netloc + address.path.rstrip("/") or request.headers.get("host", "")
    scheme = address.scheme or request.headers.get("x-forwarded-proto", "https")
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": write_key,
                "apiHost": f"{host}/v1",
                "protocol": scheme,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
            }
        },
        "plan": {},
        "edgeFunction": {},
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "remotePlugins": [],
        "analyticsNextEnabled": True,
        "legacyVideoPluginsEnabled": False,
        "metrics": {"sampleRate": 0},
    }
