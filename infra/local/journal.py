"""Survives ``kill -9``: saved states and, between two of them, every request that may change something.

MiniStack saves its state only when told to, all at once. So a request is written here, and is on the disk, before it is
handled; after a crash the last saved state is loaded and the requests since are handled again at the moments of their
clock. That gives the same state because events are idempotent and message ids are deterministic.

    state/current        the number of the generation that counts, replaced atomically
    state/<n>/           what was saved
    state/journal-<n>    the requests accepted since, one JSON object per line
"""

import base64
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, BinaryIO

from infra.local.payload import Request


class Journal:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._generation = self._read_current()
        self._file: BinaryIO | None = None
        self._waiting: list[tuple[bytes, Future[None]]] = []
        self._wake = threading.Condition()
        self._stopping = False
        self._writer = threading.Thread(target=self._write, name="journal", daemon=True)
        self.entries = 0
        """Requests in the journal of this generation."""

    @property
    def saved(self) -> Path | None:
        """The folder with the state that counts; None before the first save."""
        return self._folder / str(self._generation) if self._generation else None

    def replay(self) -> Iterator[tuple[Request, int]]:
        """The requests since the last save, oldest first, each with the clock's offset at its time.

        A last line that was cut off was never acknowledged.
        """
        path = self._path(self._generation)
        if not path.exists():
            return
        with path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                entry = json.loads(line)
                yield _from_json(entry), entry["offset"]

    def open(self) -> None:
        """Starts accepting requests; call it after replaying. A line that was cut off is removed first."""
        path = self._path(self._generation)
        if path.exists():
            content = path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            if whole != content:
                path.write_bytes(whole)
            self.entries = whole.count(b"\n")
        self._file = path.open("ab")
        self._writer.start()

    def append(self, request: Request, offset: int) -> "Future[None]":
        """Done when the request is on the disk. Requests that come meanwhile share one write."""
        line = json.dumps({**_to_json(request), "offset": offset}, separators=(",", ":")).encode() + b"\n"
        done: Future[None] = Future()
        with self._wake:
            self._waiting.append((line, done))
            self.entries += 1
            self._wake.notify()
        return done

    def save(self, write: Callable[[Path], None]) -> None:
        """Has ``write`` fill a folder, makes it the state that counts, and begins an empty journal.

        Nothing may be accepted meanwhile. A kill at any moment leaves either the old pair or the new one.
        """
        following = self._generation + 1
        folder = self._folder / str(following)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write(folder)
        _flush_all(folder)
        with self._path(following).open("wb") as empty:
            os.fsync(empty.fileno())
        pointer = self._folder / "current.new"
        pointer.write_text(str(following))
        _flush(pointer)
        pointer.replace(self._folder / "current")
        _flush(self._folder)
        with self._wake:
            if self._file is not None:
                self._file.close()
                self._file = self._path(following).open("ab")
            self.entries = 0
            previous, self._generation = self._generation, following
        shutil.rmtree(self._folder / str(previous), ignore_errors=True)
        self._path(previous).unlink(missing_ok=True)

    def close(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._writer.is_alive():
            self._writer.join(timeout=5)
        if self._file is not None:
            self._file.close()

    def _write(self) -> None:
        while True:
            with self._wake:
                while not self._waiting:
                    if self._stopping:
                        return
                    self._wake.wait()
                batch, self._waiting = self._waiting, []
                file = self._file
            assert file is not None
            try:
                file.write(b"".join(line for line, _ in batch))
                file.flush()
                os.fdatasync(file.fileno())
            except Exception as error:
                for _, done in batch:
                    done.set_exception(error)
            else:
                for _, done in batch:
                    done.set_result(None)

    def _path(self, generation: int) -> Path:
        return self._folder / f"journal-{generation}"

    def _read_current(self) -> int:
        pointer = self._folder / "current"
        return int(pointer.read_text()) if pointer.exists() else 0


def _to_json(request: Request) -> dict[str, Any]:
    return {
        "at": request.at,
        "id": request.id,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": request.headers,
        "body": base64.b64encode(request.body).decode(),
        "source": request.source,
    }


def _from_json(entry: dict[str, Any]) -> Request:
    return Request(
        method=entry["method"],
        path=entry["path"],
        query=entry["query"],
        headers=tuple((name, value) for name, value in entry["headers"]),
        body=base64.b64decode(entry["body"]),
        source=entry["source"],
        id=entry["id"],
        at=entry["at"],
    )


def _flush_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
