"""What the verbs are given: practices, proposals, scenarios, settings and overrides become a run."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

import click

from finmodel.analysis.examples import example_on
from finmodel.assumptions import BadInput, Change, Fault, Practice, load_practice, load_scenario, names
from finmodel.assumptions.reference import LARGEST_AMOUNT, Operation
from finmodel.cases import Assumptions, assume, changed
from finmodel.contracts.files import load_proposal, proposal_of
from finmodel.contracts.proposal import Proposal
from finmodel.model import Result, evaluate

T = TypeVar("T")
Attempt = Callable[..., Any]
SETTING = re.compile(r"(?P<path>[a-z0-9_.*-]*([a-z0-9_]|\.\*))(@(?P<year>\d{4})(?P<onward>-)?)?"
                     r"\s*(?P<sign>[+*]?)=\s*(?P<amount>\S+)")
OPERATIONS: dict[str, Operation] = {"": "set", "+": "add", "*": "multiply"}
OPTIONS = (
    click.option("--proposal", "proposals", multiple=True, help="A proposal file or built-in name; several stand side by side."),
    click.option("--scenario", "scenarios", multiple=True, help="A scenario file or built-in name; several compose in order."),
    click.option("--set", "settings", multiple=True, metavar="PATH[@YEAR[-]]=VALUE",
                 help="Set an assumption, in all years, one year, or from a year on; += adds and *= multiplies."),
    click.option("--override", "overrides", multiple=True, metavar="LINE[@YEAR[-]]=VALUE",
                 help="Give a line instead of computing it; everything downstream is marked."),
)


@dataclass(frozen=True)
class Given:
    """What a verb was given."""

    practice: str
    proposals: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()

    def evaluated(self) -> Result:
        """The run after scenarios, settings and overrides, in this order.

        Raises:
            BadInput: with everything that is wrong, all at once.
        """
        with collected_faults() as attempt:
            assumptions = self._assumed(attempt)
            loaded = [attempt(load_scenario, name) for name in self.scenarios]
            changes = [attempt(parse_change, "--set", text) for text in self.settings]
            given = [attempt(parse_change, "--override", text) for text in self.overrides]
            for origin, made in (*((one.name, one.changes) for one in loaded if one), ("--set", changes), ("--override", given)):
                if assumptions:
                    assumptions = attempt(changed, assumptions, [one for one in made if one], origin) or assumptions
            result = attempt(evaluate, assumptions) if assumptions else None
        return cast("Result", result)

    def evaluated_by_scenario(self) -> Result:
        """One run with a case for the practice as it is and one for each scenario.

        Raises:
            BadInput: with everything that is wrong, all at once.
        """
        with collected_faults() as attempt:
            base = self._assumed(attempt)
            loaded = [attempt(load_scenario, name) for name in self.scenarios]
            cases = [attempt(changed, base, one.changes, one.name) for one in loaded if base and one]
            result = attempt(evaluate, base, *(one for one in cases if one)) if base else None
        return cast("Result", result)

    def _assumed(self, attempt: Attempt) -> Assumptions | None:
        practice = attempt(load_practice, self.practice)
        proposals = [one for one in (attempt(_proposal, name, practice) for name in self.proposals) if one]
        attempt(_see_that_names_differ, [key for key, _ in proposals])
        return assume(practice, proposals=dict(proposals)) if practice else None


def _proposal(given: str, practice: Practice | None) -> tuple[str, Proposal]:
    """A proposal by its name or path; one that ships is fitted to the practice, which is told beside the output."""
    if practice is None or given not in names("proposals"):
        return load_proposal(given)
    found = example_on(evaluate(assume(practice)), given)
    for told in found.told:
        click.echo(f"{given}: {told}", err=True)
    return given, proposal_of(found.document, given)


def _see_that_names_differ(keys: Sequence[str]) -> None:
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise BadInput(Fault("--proposal", key, "two proposals have this name; rename one of the files") for key in sorted(twice))


@contextmanager
def collected_faults() -> Iterator[Attempt]:
    """A way to try several things; what is wrong with any of them is raised together at the end."""
    faults: list[Fault] = []

    def attempt(make: Callable[..., T], *arguments: Any) -> T | None:
        try:
            return make(*arguments)
        except BadInput as error:
            faults.extend(error.faults)
            return None

    yield attempt
    if faults:
        raise BadInput(faults)


def with_inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """A verb that takes a practice with proposals, scenarios, settings and overrides, as one argument ``given``."""

    @wraps(command)
    def collected(practice: str, proposals: tuple[str, ...], scenarios: tuple[str, ...], settings: tuple[str, ...],
                  overrides: tuple[str, ...], **options: Any) -> Any:
        return command(given=Given(practice, proposals, scenarios, settings, overrides), **options)

    for option in reversed((click.argument("practice"), *OPTIONS)):
        collected = option(collected)
    return collected


def parse_change(option: str, text: str) -> Change:
    """A change from ``path=value``, ``path@2027=value`` or ``path@2027-=value``; += adds and *= multiplies."""
    match = SETTING.fullmatch(text.strip())
    if match is None or (option == "--override" and match["sign"]):
        name = "line" if option == "--override" else "path"
        raise BadInput([Fault(option, text, f"write {name}=value, {name}@2027=value or {name}@2027-=value")])
    try:
        value = float(match["amount"].replace("_", ""))
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST_AMOUNT:
        raise BadInput([Fault(option, match["path"], f"'{match['amount'][:40]}' is not a number of at most {LARGEST_AMOUNT:g}")])
    year = int(match["year"]) if match["year"] else None
    only, onward = (None, year) if match["onward"] else (year, None)
    operation = "override" if option == "--override" else OPERATIONS[match["sign"]]
    return Change(path=match["path"], operation=operation, amount=value, year=only, from_year=onward)
