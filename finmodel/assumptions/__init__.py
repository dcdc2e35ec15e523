"""Read, validate and write the cited files: every number with unit, status, date and, where it has one, its source."""

from finmodel.assumptions.alternatives import Alternative
from finmodel.assumptions.editing import Entry, edited
from finmodel.assumptions.faults import BadInput, Fault
from finmodel.assumptions.files import (
    load_alternatives,
    load_benchmark,
    load_benchmarks,
    load_medicare,
    load_practice,
    load_scenario,
    parse_benchmark,
    parse_practice,
    parse_references,
    parse_scenario,
    references_text,
)
from finmodel.assumptions.practice import Practice
from finmodel.assumptions.quantity import Quantity, Record
from finmodel.assumptions.reading import SHIPPED, find, load_sources, names
from finmodel.assumptions.reference import Benchmark, Change, Medicare, References, Scenario, Source

__all__ = ["SHIPPED", "Alternative", "BadInput", "Benchmark", "Change", "Entry", "Fault", "Medicare", "Practice", "Quantity",
           "Record", "References", "Scenario", "Source", "edited", "find", "load_alternatives", "load_benchmark",
           "load_benchmarks", "load_medicare", "load_practice", "load_scenario", "load_sources", "names", "parse_benchmark",
           "parse_practice", "parse_references", "parse_scenario", "references_text"]
