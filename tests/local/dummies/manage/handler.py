"""Shows what the tests want to see: `/api/items?pk=…`."""

import json

from leadwell.wiring import services


def handler(event, _context):
    pk = event["queryStringParameters"]["pk"]
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    shown = {"items": services().table.query(pk, limit=1000).items, "claims": claims}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(shown)}
