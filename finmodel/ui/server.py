"""Start the web app on this machine."""

import json
import socket
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# The wheel carries both files beside this one.
APP = next(path for path in (HERE / "app.py", ROOT / "app.py") if path.is_file())
CONFIGURATION = next(path for path in (HERE / "config.toml", ROOT / ".streamlit" / "config.toml") if path.is_file())
READING_SECONDS = 15.0


def serve(port: int, *, open_browser: bool) -> None:
    """Run the app on 127.0.0.1 until it is interrupted."""
    from streamlit.web.cli import main

    threading.Thread(target=warm_up, args=(port,), daemon=True).start()
    main(["run", str(APP), *flags(), f"--server.port={port}", f"--server.headless={str(not open_browser).lower()}"],
         standalone_mode=False)


def flags() -> list[str]:
    """The configuration as flags, so that it holds from whatever folder the app is started."""
    return [f"--{name}={value}" for name, value in _settings(tomllib.loads(CONFIGURATION.read_text(encoding="utf-8")))]


def _settings(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every setting by its full name, as it is written on a command line."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value if isinstance(value, str) else json.dumps(value)


def warm_up(port: int) -> None:
    """Load and run, while the browser is still fetching the page, what the first visitor would otherwise wait for."""
    # Before the server listens, the browser could fetch nothing: until then, the processor is left to it.
    while not _is_listening(port):
        time.sleep(0.05)
    from finmodel import charts
    from finmodel.ui import sidebar  # noqa: F401 - what every page stands on
    from finmodel.ui.desk import FIRST_EXAMPLE, example_text
    from finmodel.ui.levers import levers_of
    from finmodel.ui.run import evaluated, references_today

    content, references = example_text(FIRST_EXAMPLE), references_today()
    result = evaluated(content, references)
    charts.waterfall(result, result.years[0], "light")
    levers_of(content, references, ())
    import pandas as pd  # noqa: F401 - Streamlit asks for it at the first table, which is below the answer

    # A process for draws takes as long again to start, and nobody draws before having read the first page.
    time.sleep(READING_SECONDS)
    from finmodel.ui.risk_jobs import runs

    runs().warm_up()


def _is_listening(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0
