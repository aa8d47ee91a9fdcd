"""What stands where a sample names a picture: those of example.com exist nowhere."""

import re
from urllib.parse import quote

_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800" viewBox="0 0 800 800">
<rect width="800" height="800" fill="{ground}"/><circle cx="560" cy="260" r="120" fill="{sun}"/>
<path d="M0 620 Q200 460 400 600 T800 560 V800 H0Z" fill="{hill}"/></svg>"""
_COLORS = (("#dfe9e4", "#f3c08f", "#7fa59a"), ("#efe2d2", "#c9663c", "#8c6f58"), ("#dde3ee", "#f1e3a8", "#6f83a8"))

_SAMPLES = re.compile(r'(<img [^>]*?src=")(https://[a-z.]*example\.com/[^"]+)(")')


def painted(address: str) -> str:
    """A landscape, as SVG; always the same one for an address."""
    ground, sun, hill = _COLORS[sum(address.encode()) % len(_COLORS)]
    return _PICTURE.format(ground=ground, sun=sun, hill=hill)


def with_pictures(html: str) -> str:
    """A mail in which the pictures of samples can be seen."""
    return _SAMPLES.sub(lambda found: f"{found[1]}data:image/svg+xml,{quote(painted(found[2]))}{found[3]}", html)
