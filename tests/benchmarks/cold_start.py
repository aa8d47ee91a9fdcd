"""The row ``cold start``: a fresh process's way to its first answer."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from statistics import median
from typing import Any

from leadwell.store import keys
from tests.benchmarks.crowd import PER_BATCH, Crowd
from tests.benchmarks.installation import SETTINGS, Installation
from tests.benchmarks.memory_aws import Written
