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
TURN = 10
# Looks at every frame from the key press on, and resolves to the milliseconds until a frame with another figure was painted,
# and until one in which the page has followed: nothing is computed or waits to be drawn any more.
MEASURED = """(figure) => new Promise(resolve => {
  const read = () => {
    const components = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].map(one => one.shadowRoot)
    return [document, ...components].map(place => place?.querySelector(figure)?.textContent).filter(text => text)
  }
  const isDone = () => document.querySelector('[data-test-script-state=notRunning]')
    && !document.querySelector('[data-stale=true]')
  const before = read()
  const isNew = at => read().at(at) !== before.at(at)
  let begun, painted
  const look = () => {
    if (!painted && isNew(0)) painted = new Promise(done => setTimeout(() => done(performance.now() - begun), 0))
    else if (painted && isNew(-1) && isDone())
      return setTimeout(async () => resolve([await painted, performance.now() - begun]), 0)
    requestAnimationFrame(look)
  }
  const begin = () => { begun = performance.now(); requestAnimationFrame(look) }
  document.addEventListener('keydown', begin, { once: true, capture: true })
})"""


def moves(page: Page, figure: str, times: int) -> tuple[list[float], list[float]]:
    """Milliseconds from each press of an arrow on the first slider to the figure painted, and to the page at rest."""
    slider = page.get_by_role("slider").first
    slider.wait_for()
    page.wait_for_timeout(1000)
    found = []
    for move in range(times + 2):
        slider.focus()
        page.evaluate(f"figure => {{ window.measured = ({MEASURED})(figure) }}", figure)
        page.keyboard.press("ArrowRight" if move % 4 < 2 else "ArrowLeft")
        found.append(page.evaluate("() => window.measured"))
        page.wait_for_timeout(400)
    painted, followed = zip(*found[2:], strict=True)
    return list(painted), list(followed)


def told(name: str, times: list[float]) -> str:
    """One line of the report."""
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{name:<36} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   {len(times)} moves"


def main() -> None:
    """Measure both apps in one run, by turns, so that whatever else the machine does meets both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--moves", type=int, default=40)
    given = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        begun = time.monotonic()
        with serving() as address, serving("-m", "streamlit", "run", str(script), "--server.port={port}",
                                           "--server.headless=true", "--server.address=127.0.0.1",
                                           "--browser.gatherUsageStats=false") as beside:
            pages = [browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2)]
            pages[0].goto(address)
            pages[0].get_by_text("integrity checks pass").wait_for()
            print(f"cold start to first painted page     {time.monotonic() - begun:.2f} s")  # noqa: T201
            pages[1].goto(beside)
            found: list[list[float]] = [[], [], [], []]
            for _ in range(given.moves // TURN):
                for at, figure in enumerate((".value", "[data-testid=stMain] [data-testid=stMarkdown]")):
                    pages[at].bring_to_front()
                    painted, followed = moves(pages[at], figure, TURN)
                    found[at] += painted
                    found[at + 2] += followed
        full, empty, full_at_rest, _ = found
        print(told("slider on Overview to figure", full))  # noqa: T201
        print(told("slider on Overview to page at rest", full_at_rest))  # noqa: T201
        print(told("slider of an almost empty app", empty))  # noqa: T201
        print(f"ratio of p50: {statistics.median(full) / statistics.median(empty):.2f}")  # noqa: T201
        print(f"ratio of p95: {statistics.quantiles(full, n=20)[-1] / statistics.quantiles(empty, n=20)[-1]:.2f}")  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main()
