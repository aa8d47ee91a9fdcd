"""Stores what is posted as an event; `/v1/echo` gives back the event that API Gateway made of the request."""

import base64
import gzip
import json

from leadwell.wiring import services


def handler(event, _context):
    path = event["rawPath"]
    if path == "/v1/echo":
        return {
            "statusCode": 200,
            "headers": {"Content-Type": "application/json", "Access-Control-Allow-Origin": "https://evil.example.com"},
            "cookies": ["a=1; Path=/", "b=2; HttpOnly"],
            "body": json.dumps(event),
        }
    if path == "/v1/binary":
        return {"statusCode": 200, "isBase64Encoded": True, "body": base64.b64encode(bytes(range(256))).decode()}
    if path == "/v1/boom":
        raise ValueError("boom")
    body = event["body"]
    if event["isBase64Encoded"]:
        body = gzip.decompress(base64.b64decode(body))
    given = json.loads(body)
    item = {"pk": f"C#{given['contact']}", "sk": f"E#{given['id']}", "kind": "EVENT", "at": services().clock.now()}
    services().table.put_many([{**item, "wait": given["wait"], "delay": given.get("delay", 0)}])
    return {"statusCode": 202, "body": "{}"}
