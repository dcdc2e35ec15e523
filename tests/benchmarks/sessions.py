"""How many people one server serves: real websocket clients that change the year every other second.

Run with ``make benchmark``. Prints, for each number of sessions, the time from a change to the finished page: p50 and p95.
"""

import argparse
import asyncio
import random
import statistics
import time

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.serving import serving

YEARS = ("2025", "2026", "2027", "2028", "2029")
THINKING_SECONDS = 2.0


async def finished(socket) -> tuple[str, str]:
    """Read until the page is finished: the id of the choice of the year, where it was drawn, and all text that was drawn."""
    year, drawn = "", []
    while True:
        message = ForwardMsg.FromString(await socket.recv())
        if message.WhichOneof("type") == "script_finished":
            return year, " ".join(drawn)
        drawn.append(message.delta.new_element.markdown.body)
        element = message.delta.new_element
        if element.WhichOneof("type") == "selectbox" and element.selectbox.label == "Year shown":
            year = element.selectbox.id


async def visit(address: str, seconds: float, times: list[float]) -> None:
    """One visitor: opens the first page, then changes the year again and again."""
    async with websockets.connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None,
                                  origin=address.replace("ws", "http", 1)) as socket:
        opening = BackMsg()
        opening.rerun_script.query_string = "practice=sample"
        await socket.send(opening.SerializeToString())
        year, _ = await finished(socket)
        await asyncio.sleep(random.uniform(0, THINKING_SECONDS))  # noqa: S311 - no secret
        end, chosen = time.monotonic() + seconds, YEARS[0]
        while time.monotonic() < end:
            change = BackMsg()
            state = change.rerun_script.widget_states.widgets.add()
            chosen = random.choice([one for one in YEARS if one != chosen])  # noqa: S311 - no secret
            state.id, state.string_value = year, chosen
            begun = time.monotonic()
            await socket.send(change.SerializeToString())
            _, drawn = await finished(socket)
            times.append(time.monotonic() - begun)
            if f"In **{chosen}** revenue" not in drawn:
                raise AssertionError(f"the page does not show {chosen}: {drawn[:300]}")
            await asyncio.sleep(THINKING_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - no secret


async def load(address: str, sessions: int, seconds: float) -> list[float]:
    """The times of all changes of that many visitors."""
    times: list[float] = []
    await asyncio.gather(*(visit(address, seconds, times) for _ in range(sessions)))
    return times


def main() -> None:
    """Measure a rising number of sessions on one server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 20, 40])
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    with serving() as address:
        for sessions in given.sessions:
            times = asyncio.run(load(address.replace("http", "ws", 1), sessions, given.seconds))
            p95 = statistics.quantiles(times, n=20)[-1]
            print(f"{sessions:>4} sessions: p50 {statistics.median(times):.3f} s, p95 {p95:.3f} s, {len(times)} changes")  # noqa: T201


if __name__ == "__main__":
    main()
