"""Read, validate and write the cited files: every number with unit, status, date and, where it has one, its source."""

from finmodel.assumptions.faults import BadInput, Fault
from finmodel.assumptions.files import (
    SHIPPED,
    edited,
    find,
    load_benchmark,
    load_benchmarks,
    load_medicare,
    load_practice,
    load_scenario,
    load_sources,
    names,
    parse_practice,
)
from finmodel.assumptions.practice import Practice
from finmodel.assumptions.quantity import Quantity, Record
from finmodel.assumptions.reference import Benchmark, Change, Medicare, Scenario, Source

__all__ = ["SHIPPED", "BadInput", "Benchmark", "Change", "Fault", "Medicare", "Practice", "Quantity", "Record", "Scenario",
           "Source", "edited", "find", "load_benchmark", "load_benchmarks", "load_medicare", "load_practice", "load_scenario",
           "load_sources", "names", "parse_practice"]
