"""The process that simulates for another: it does one job after the other until no more can come."""

import sys

# Loaded before the first job comes: it takes seconds.
import scipy.stats.qmc  # noqa: F401

from finmodel.analysis.uncertainty.worker import serve

reports, sys.stdout = sys.stdout.buffer, sys.stderr
serve(sys.stdin.buffer, reports)
