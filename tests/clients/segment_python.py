"""segment-analytics-python: ``segment_python.py URL KEY USER plain|gzip``."""

import sys

from segment.analytics.client import Client

url, key, user, encoding = sys.argv[1:]
failures: list[object] = []
client = Client(key, host=url, gzip=encoding == "gzip", on_error=lambda error, batch: failures.append(error))
client.identify(user, {"email": f"{user}@example.com", "name": "Ann"})
client.track(user, "Order Completed", {"revenue": 9.5, "product": "Söfa"})
client.page(user, "Docs", "Start", {"url": "https://shop.example.com/docs"})
client.screen(user, "Shop", "Cart")
client.alias("visitor-1", user)
client.group(user, "g1", {"plan": "pro"})
client.shutdown()
sys.exit(str(failures) if failures else 0)
