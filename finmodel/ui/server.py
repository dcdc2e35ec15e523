"""Start the web app on this machine."""

import os
import sys
from pathlib import Path

APP = Path(__file__).parents[2] / "app.py"


def serve(port: int, *, open_browser: bool) -> None:
    """Run the app on 127.0.0.1 in place of this process."""
    headless = "false" if open_browser else "true"
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), "--server.address=127.0.0.1",  # noqa: S606
                              f"--server.port={port}", f"--server.headless={headless}"])
