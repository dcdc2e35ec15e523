"""Settings of Streamlit that keep practices private and errors quiet; the app does not run without them."""

from collections.abc import Callable
from typing import Any

# What each must be, and what happens otherwise.
SAFE: dict[str, tuple[tuple[Any, ...], str]] = {
    "server.address": (("127.0.0.1", "localhost", "::1"), "anybody on the network could read and change the practices"),
    "server.enableXsrfProtection": ((True,), "another page in the same browser could upload files"),
    "server.enableCORS": ((True,), "another page in the same browser could read the practices"),
    "server.enableStaticServing": ((False,), "files would be served without the app"),
    "browser.gatherUsageStats": ((False,), "the browser would report to a server elsewhere"),
    "client.showErrorDetails": (("none",), "an error would show values of the practice"),
    "client.showErrorLinks": ((False, "false"), "an error would offer to send its text elsewhere"),
    "client.toolbarMode": (("viewer", "minimal"), "the page would offer what only developers need"),
    "runner.magicEnabled": ((False,), "stray values would be printed on the page"),
}


def unsafe(setting: Callable[[str], Any]) -> list[str]:
    """What is wrong with the settings, a sentence each; ``setting`` gives the value of a setting by name."""
    return [f"{name} is {setting(name)!r}: {reason}. Set it to {' or '.join(repr(value) for value in allowed)}, or start the app "
            "with 'finmodel app', which does."
            for name, (allowed, reason) in SAFE.items() if setting(name) not in allowed]
