"""A proposal in words: the facts at its head, and a paragraph for each mechanism with what modifies it.

The words are those of the clauses: the docstring of each, in which ``{term}`` stands for the value of a term. A part in square
brackets is left out when a term in it is not given; ``[term: …]`` is said only when the term is given and not false, ``[not term:
…]`` only when it is neither. The docstring of a row of a table says the row in the same way.
"""

import datetime
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from finmodel.assumptions import Practice, Quantity, Record
from finmodel.assumptions.words import EVERY_ROW, capitalized, in_words, subject_and_measure
from finmodel.contracts.clause import Clause, Escalator, Rows, Schedule, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.contracts.proposal import Proposal
from finmodel.engine import Line
from finmodel.format import in_full

PART = re.compile(r"\[(?:(?P<negated>not )?(?P<condition>\w+): )?(?P<said>[^\[\]]*)\]")
PLACE = re.compile(r"\{(\w+)\}")
NOT_STATED = "(not stated)"
COVERS = {"practice": "All professional services of the practice.",
          "client hospital": "The professional services that the practice renders at the client hospital."}
ALSO_IN_A_BASE = {"credit": "Where a cost base contains what this pays for, the payment is credited against that base.",
                  "exclude": "Where a cost base contains what this pays for, the payment is taken out of that base."}

# What a reader calls lines, by name, and rows of the practice, by table and key with a dot between.
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Paragraph:
    """A part of the contract in words, and the documents that a reviewer should see beside it."""

    heading: str
    text: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class TermSheet:
    """What a proposal says, in the order in which it is read."""

    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[Paragraph, ...]


def term_sheet(proposal: Proposal, labels: Labels = MappingProxyType({})) -> TermSheet:
    """The term sheet of a proposal; without labels, lines and rows are called by their names in words."""
    paragraphs = [_paragraph(mechanism, labels, proposal.escalator) for mechanism in proposal.active_mechanisms.values()]
    if proposal.modifiers:
        sentences = [_sentences(proposal.modifiers, labels), _rising(proposal.modifiers.values(), proposal.escalator)]
        paragraphs.append(Paragraph("All parts together", " ".join(filter(None, sentences))))
    return TermSheet(proposal.name, tuple(_facts(proposal, labels)), tuple(paragraphs))


def labels_of(practice: Practice, lines: Iterable[Line]) -> Labels:
    """What the lines of a run, and the rows of its practice, are called."""
    rows = {f"{table}.{key}": f"{table}.{key}" for table in EVERY_ROW for key in getattr(practice, table)}
    segments = {f"segments.{facility}.{setting}.{kind}": f"volumes.{facility}.{setting}.{kind}"
                for facility, settings in practice.volumes.items() for setting, kinds in settings.items() for kind in kinds}
    called = {name: subject_and_measure(path, practice)[0] for name, path in {**rows, **segments}.items()}
    return {**{one.name: one.label for one in lines}, **called}


def in_clause_words(record: Record, labels: Labels = MappingProxyType({})) -> str:
    """The docstring of a clause, or of a row of its tables, with the values of the terms in their places."""
    template = re.sub(r"\s+", " ", inspect.getdoc(type(record)) or "").strip()
    words = {name: _words(record, name, labels) for name in type(record).model_fields}

    def part(found: re.Match[str]) -> str:
        condition = found["condition"]
        needed = [condition] if condition else PLACE.findall(found["said"])
        given = all(words[name] and getattr(record, name) is not False for name in needed)
        return found["said"] if given != bool(found["negated"]) else ""

    filled = PLACE.sub(lambda found: words[found[1]] or NOT_STATED, PART.sub(part, template))
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", filled)).strip()


def clause_to_be_agreed(record: type[Clause]) -> str:
    """What a clause says before anything is agreed: the names of its terms stand in their places, and every part is said."""
    labels = {name: term.label for name, (_, term) in record.terms().items()}

    def part(found: re.Match[str]) -> str:
        return "" if found["negated"] else found["said"]

    text = PLACE.sub(lambda found: f"({labels.get(found[1], in_words(found[1])).lower()})", PART.sub(part, record.clause()))
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", text)).strip()


def term_label(clause: Record, path: str) -> str:
    """The words of a path in a clause, by the labels of its terms."""
    head, _, rest = path.partition(".")
    labels = {name: term.label for name, (_, term) in type(clause).terms().items()} if isinstance(clause, Clause) else {}
    return ", ".join([labels.get(head, capitalized(in_words(head))), *(in_words(part) for part in rest.split(".") if rest)])


def date_in_words(date: datetime.date) -> str:
    """January 31, 2026."""
    return f"{date:%B} {date.day}, {date.year}"


def _facts(proposal: Proposal, labels: Labels) -> Iterator[tuple[str, str]]:
    last = proposal.ends - datetime.timedelta(days=1)
    if proposal.description:
        yield "Description", proposal.description
    yield "Covers", COVERS[proposal.covers]
    yield "Term", f"{in_full(proposal.years, 'year')}, from {date_in_words(proposal.starts)} through {date_in_words(last)}."
    yield "Payment", (f"{capitalized(proposal.payment_frequency)}; settled once a year, in "
                      f"{proposal.starts.replace(day=1, month=proposal.true_up_month):%B}.")
    yield "Existing payments", ("Replaced by this contract." if proposal.replaces_existing_payments else
                                "Continue beside this contract.")
    yield "Escalator", (in_clause_words(proposal.escalator, labels) if proposal.escalator else
                        "None: amounts stay as agreed unless a part says otherwise.")
    yield "Notice", (f"Without cause, {_number(proposal.notice.days)} ahead; the tail then due is "
                     f"{_number(proposal.notice.tail)}.")
    yield "Valuation", (f"Payments are brought to the start at {_number(proposal.valuation.discount_rate)}, each counted at the "
                        f"{proposal.valuation.timing.replace(' of ', ' of the ')}.")


def _paragraph(mechanism: Mechanism, labels: Labels, escalator: Escalator | None) -> Paragraph:
    sentences = [in_clause_words(mechanism, labels)]
    if mechanism.modifiers:
        sentences.append(_sentences(mechanism.modifiers, labels))
    if mechanism.escalator:
        sentences.append(in_clause_words(mechanism.escalator, labels))
    sentences += filter(None, [_rising([mechanism, *mechanism.modifiers.values()], mechanism.escalator or escalator)])
    if mechanism.if_also_in_base in ALSO_IN_A_BASE:
        sentences.append(ALSO_IN_A_BASE[mechanism.if_also_in_base])
    if mechanism.physician:
        sentences.append(f"The physician concerned is {labels.get(mechanism.physician, in_words(mechanism.physician))}.")
    if mechanism.purpose:
        sentences.append(f"Purpose: {mechanism.purpose.rstrip('.')}.")
    documents = tuple(in_words(name) for name in mechanism.evidence)
    return Paragraph(mechanism.label or mechanism.title, " ".join(sentences), documents)


def _rising(clauses: Iterable[Clause], escalator: Escalator | None) -> str:
    """Which of the amounts stated are those of the first year and rise; empty where none do."""
    called = {term.rising or term.label.lower() for clause in clauses for name, (_, term) in type(clause).terms().items()
              if term.escalates and getattr(clause, name)}
    if escalator is None or not called:
        return ""
    verbs = ("are those", "rise") if len(called) > 1 else ("is that", "rises")
    amounts = listed([f"the {one}" for one in sorted(called)])
    return f"{capitalized(amounts)} stated {verbs[0]} of the first contract year and {verbs[1]} with the escalator."


def _sentences(clauses: Mapping[str, Clause], labels: Labels) -> str:
    return " ".join(in_clause_words(one, labels) for one in clauses.values())


def _words(record: Record, name: str, labels: Labels) -> str:
    """The value of a field in words; empty when none is given."""
    value = getattr(record, name)
    if isinstance(value, Quantity):
        return _number(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        is_year = any(isinstance(mark, Schedule) for mark in type(record).model_fields[name].metadata)
        return str(value) if is_year else in_full(value, "count")
    if isinstance(value, datetime.date):
        return date_in_words(value)
    if isinstance(value, tuple):
        tables = [f"{mark.table}." for mark in type(record).model_fields[name].metadata if isinstance(mark, Rows)]
        return listed([labels.get("".join([*tables, one]), in_words(one.replace(".", "_"))) for one in value])
    if isinstance(value, dict):
        return "; ".join(_row(key, row, labels) for key, row in value.items() if isinstance(row, Record))
    return value if isinstance(value, str) else ""


def _row(key: str, row: Record, labels: Labels) -> str:
    """A row of a table: in the words of its docstring where that has places for its values, else value by value."""
    if PLACE.search(inspect.getdoc(type(row)) or ""):
        sentence = in_clause_words(row, labels).rstrip(".")
        return sentence[:1].lower() + sentence[1:]
    said = [f"{_label_of(type(row), name)} {words}" for name in type(row).model_fields
            if name != "label" and (words := _words(row, name, labels))]
    return f"{getattr(row, 'label', None) or in_words(key)}: {', '.join(said)}"


def _label_of(record: type[Record], name: str) -> str:
    labelled = [mark.label for mark in record.model_fields[name].metadata if isinstance(mark, Term)]
    return labelled[0].lower() if labelled else in_words(name)


def _number(quantity: Quantity) -> str:
    """The value, or the path of values from year to year or date to date."""
    path: Mapping[Any, float] = quantity.by_year or quantity.by_date or {}
    steps = [f"{in_full(path[at], quantity.unit)} from {date_in_words(at) if isinstance(at, datetime.date) else at}"
             for at in sorted(path)]
    return listed(steps) if quantity.value is None else in_full(quantity.value, quantity.unit)


def listed(words: list[str]) -> str:
    """*a*, *a and b*, *a, b and c*; with semicolons where there are commas in the words."""
    separator = "; " if any("," in one for one in words) else ", "
    return " and ".join([separator.join(words[:-1]), words[-1]] if len(words) > 1 else words)
