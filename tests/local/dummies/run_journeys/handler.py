"""Nothing to do."""


def handler(_event, _context):
    return {}
