"""Storing takes turns: the next run of a session begins before the last one has ended."""

import threading
import time

from finmodel.ui.saving import carried_through


def test_two_runs_of_a_session_store_one_after_the_other():
    stored = [0]

    @carried_through
    def store() -> None:
        seen = stored[0]
        time.sleep(0.05)
        stored[0] = seen + 1

    runs = [threading.Thread(target=store) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert stored == [4]
