"""A run as text: everything that goes into it, to be kept by, compared, and sent to another process."""

from dataclasses import dataclass
from functools import lru_cache

from finmodel.assumptions import Change, Scenario, parse_practice, parse_references
from finmodel.cases.assumptions import Assumptions, apply_scenarios, assume, changed
from finmodel.contracts.files import parse_proposal

# Who made the changes that were made last.
ADJUSTED = "the sliders"


@dataclass(frozen=True)
class Written:
    """A practice and what it refers to, with scenarios, then changes on top, at another pay to compare with, under proposals.

    ``references`` is what ``references_text`` writes; ``reference`` names a benchmark table, none where it is empty;
    ``proposals`` are keys and texts.
    """

    content: str
    references: str
    scenarios: tuple[Scenario, ...] = ()
    levers: tuple[Change, ...] = ()
    reference: str = ""
    proposals: tuple[tuple[str, str], ...] = ()

    def cases(self) -> tuple[Assumptions, ...]:
        """The practice as it stands, then with the scenarios, then with the changes as well, as far as there are any.

        Raises:
            BadInput: with everything that is wrong with a text, or a scenario or change that does not fit.
        """
        cases = [assumed(self.content, self.references, self.reference, self.proposals)]
        if self.scenarios:
            cases.append(apply_scenarios(cases[0], self.scenarios))
        if self.levers:
            cases.append(changed(cases[-1], self.levers, ADJUSTED))
        return tuple(cases)


@lru_cache(maxsize=64)
def assumed(content: str, references: str, reference: str = "", proposals: tuple[tuple[str, str], ...] = ()) -> Assumptions:
    """The assumptions of a practice as it stands, kept by the full text of everything that goes into them."""
    known = parse_references(references)
    practice = parse_practice(content.encode(), "this practice", known.benchmarks)
    if reference:
        practice = practice.model_copy(update={"benchmark": practice.benchmark.model_copy(update={"compensation": reference})})
    agreed = {key: parse_proposal(text.encode(), "this proposal") for key, text in proposals}
    return assume(practice, known.medicare, known.benchmarks, agreed)
