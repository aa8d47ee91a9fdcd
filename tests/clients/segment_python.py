"""segment-analytics-python: ``segment_python.py URL KEY plain|gzip``."""

import sys

from segment.analytics.client import Client

url, key, encoding = sys.argv[1:]
failures: list[object] = []
client = Client(key, host=url, gzip=encoding == "gzip", on_error=lambda error, batch: failures.append(error))
client.identify("u1", {"email": "ann@example.com", "name": "Ann"})
client.track("u1", "Order Completed", {"revenue": 9.5, "product": "Söfa"})
client.page("u1", "Docs", "Start", {"url": "https://shop.example.com/docs"})
client.screen("u1", "Shop", "Cart")
client.alias("visitor-1", "u1")
client.group("u1", "g1", {"plan": "pro"})
client.shutdown()
sys.exit(str(failures) if failures else 0)
