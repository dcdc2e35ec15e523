"""A server of the app for measuring, on a port and a workspace of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(*command: str) -> Iterator[str]:
    """The address of a running server; ``command`` in place of the app, with ``{port}`` for its port."""
    port = free_port()
    words = [word.format(port=port) for word in command] or ["-m", "finmodel", "app", "--no-browser", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([sys.executable, *words], env={**os.environ, "FINMODEL_DATA": folder},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)
