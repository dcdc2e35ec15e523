"""How fast a page answers in a real browser: from a key press to the painted figure, beside an almost empty app.

Run with ``make benchmark``. Prints p50 and p95 of each, and the time of a cold start to the first painted page.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.serving import serving

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
EMPTY = """import streamlit as st
value = st.slider("Value", 0, 100, 50)
st.markdown(f"figure {value}")
"""
# Resolves when the text that holds the figure has changed and was painted.
CHANGED = """(press) => new Promise(resolve => {
  const text = () => [...document.querySelectorAll('[data-testid=stMarkdown]')].map(part => part.innerText).join('|')
  const before = text()
  let begun
  const look = new MutationObserver(() => {
    if (text() === before) return
    look.disconnect()
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun), 0))
  })
  look.observe(document.body, { subtree: true, childList: true, characterData: true })
  document.addEventListener('keydown', () => { begun = performance.now() }, { once: true, capture: true })
})"""


def moves(page: Page, times: int) -> list[float]:
    """Milliseconds from each press of an arrow on the first slider to the figure painted."""
    slider = page.get_by_role("slider").first
    slider.wait_for()
    found = []
    for move in range(times + 2):
        slider.focus()
        measured = page.evaluate_handle(f"() => {{ window.painted = ({CHANGED})() }}")
        page.keyboard.press("ArrowRight" if move % 4 < 2 else "ArrowLeft")
        found.append(page.evaluate("() => window.painted"))
        measured.dispose()
        page.wait_for_timeout(400)
    return found[2:]


def told(name: str, times: list[float]) -> str:
    """One line of the report."""
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{name:<34} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   {len(times)} moves"


def main() -> None:
    """Measure both apps in one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--moves", type=int, default=40)
    given = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        begun = time.monotonic()
        with serving() as address:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            page.get_by_text("integrity checks pass").wait_for()
            print(f"cold start to first painted page   {time.monotonic() - begun:.2f} s")  # noqa: T201
            page.get_by_text("What if").first.click()
            full = moves(page, given.moves)
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        with serving("-m", "streamlit", "run", str(script), "--server.port={port}", "--server.headless=true",
                     "--server.address=127.0.0.1", "--browser.gatherUsageStats=false") as address:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            empty = moves(page, given.moves)
        print(told("slider on Overview to figure", full))  # noqa: T201
        print(told("slider of an almost empty app", empty))  # noqa: T201
        print(f"ratio of p95: {statistics.quantiles(full, n=20)[-1] / statistics.quantiles(empty, n=20)[-1]:.2f}")  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main()
