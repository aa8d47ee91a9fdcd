"""Starts everything, says what it is doing, and stops cleanly."""

import argparse
import asyncio
import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from infra.local.errors import CannotStart
from infra.local.gateway import TOKEN

ROOT = Path(__file__).parents[2]
PUBLIC_KEY = "local-public"
SERVER_KEY = TOKEN

_CONTEXT = {
    "stage": "dev",
    "nag": "false",
    "alarms": "false",
    "from_address": "hello@example.com",
    "from_name": "Leadwell Demo Shop",
    "reply_domain": "reply.example.com",
    "reply_to": "office@example.com",
    "imprint": "Leadwell Demo Shop, Example Street 1, 10115 Berlin",
}

log = logging.getLogger("leadwell.local")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    _log(options.verbose)
    try:
        with _listen(options.port) as listener:
            if os.environ.get("AWS_ENDPOINT_URL"):
                _run_elsewhere(options, listener)
            else:
                with _Alone(options.state):
                    _run(options, listener)
    except CannotStart as error:
        print(f"Leadwell cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Runs all of Leadwell on this machine.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8080))
    parser.add_argument(
        "--state",
        type=Path,
        default=Path(os.environ.get("LEADWELL_LOCAL_STATE") or ROOT / ".leadwell"),
        help="folder that keeps the state; remove it to start afresh",
    )
    parser.add_argument("--functions", type=Path, default=ROOT / "functions", help="folder with the handlers to run")
    parser.add_argument("--verbose", action="store_true", help="log failures of functions in full")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, listener: socket.socket) -> None:
    stop = threading.Event()
    _stop_on_signals(stop)
    say = _Teller()
    # Late, because this is where seconds go: the port and the folder are known to be free by now.
    from infra.local.assembly import assemble
    from infra.local.front import Server

    local = assemble(ROOT, options, context=_CONTEXT, say=say)
    server = threading.Thread(target=_serve, args=(Server(local.front.accept, local.now), listener, stop), name="http")
    server.start()
    say.ready(options)
    while not stop.wait(0.5):
        if not server.is_alive():
            raise CannotStart("the HTTP server ended by itself")
    print("\nSaving the state ...", flush=True)
    server.join()
    local.stop()
    print("Stopped.", flush=True)


def _run_elsewhere(options: argparse.Namespace, listener: socket.socket) -> None:
    """Another emulator runs the stack; only the front is ours."""
    from infra.local.elsewhere import connect

    stop = threading.Event()
    _stop_on_signals(stop)
    server = connect(os.environ["AWS_ENDPOINT_URL"], _CONTEXT["stage"])
    print(f"http://127.0.0.1:{options.port} serves the API deployed at {os.environ['AWS_ENDPOINT_URL']}", flush=True)
    _serve(server, listener, stop)


class _Teller:
    """Prints one line per phase with the seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"{time.monotonic() - self._start:5.1f} s  {text}", flush=True)

    def ready(self, options: argparse.Namespace) -> None:
        self("ready")
        base = f"http://127.0.0.1:{options.port}"
        lines = {
            "Start here": f"{base}/_local/",
            "Demo shop": f"{base}/shop",
            "Outbox": f"{base}/_local/mail",
            "Console": f"{base}/console",
            "Tracking": f"{base}/v1/batch",
            "Management": f"{base}/api/   (Authorization: Bearer {SERVER_KEY})",
            "Write key": f"{PUBLIC_KEY}   (for browsers)",
            "Server key": f"{SERVER_KEY}   (for servers)",
            "State": f"{options.state}",
        }
        print()
        for name, value in lines.items():
            print(f"  {name:<11} {value}")
        print("\nCtrl-C stops.", flush=True)


def _serve(front: Any, listener: socket.socket, stop: threading.Event) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    # Hypercorn closes it.
    config.bind = [f"fd://{listener.detach()}"]
    config.accesslog = None
    config.errorlog = None
    config.keep_alive_timeout = 75
    config.include_server_header = False
    config.graceful_timeout = 5

    async def stopped() -> None:
        while not stop.is_set():
            await asyncio.sleep(0.1)

    asyncio.run(serve(front, config, shutdown_trigger=stopped))


def _listen(port: int) -> socket.socket:
    """Takes the port before anything else is done."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotStart(
            f"port {port} is in use or not allowed ({error}); choose another one, for example PORT={port + 1} make run"
        ) from error
    return listener


class _Alone:
    """Keeps a second process out of the same state."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: TextIO | None = None

    def __enter__(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        ignore = self._folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        self._file = (self._folder / "lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"another local run uses {self._folder}; stop it or set LEADWELL_LOCAL_STATE") from error

    def __exit__(self, *_details: object) -> None:
        assert self._file is not None
        self._file.close()


def _stop_on_signals(stop: threading.Event) -> None:
    def handle(_number: int, _frame: object) -> None:
        if stop.is_set():
            print("Forced: the journal will be replayed at the next start.", file=sys.stderr, flush=True)
            os._exit(130)
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def _log(verbose: bool) -> None:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr
    )
    log.setLevel(logging.DEBUG if verbose else logging.INFO)
