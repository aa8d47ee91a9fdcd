"""A page."""


def handler(_event, _context):
    return {"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "<p>page</p>"}
