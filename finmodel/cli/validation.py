"""All faults of an input file, those that only the assembled model shows included."""

from dataclasses import replace
from pathlib import Path

from finmodel.assumptions import BadInput, Fault, Practice, load_practice
from finmodel.assumptions.files import load_entries
from finmodel.cases import assume
from finmodel.contracts.files import load_file, proposal_key
from finmodel.contracts.proposal import Proposal
from finmodel.model import assemble_model, evaluate


def faults_of_file(path: Path) -> tuple[str, list[Fault]]:
    """The kind of a file, and everything that is wrong with it."""
    try:
        kind, record = load_file(path)
    except BadInput as error:
        return "", [*error.faults, *entry_faults(path)]
    if isinstance(record, Practice):
        return kind, model_faults(record, str(path))
    if isinstance(record, Proposal):
        return kind, proposal_faults(record, path)
    return kind, []


def entry_faults(path: Path) -> list[Fault]:
    """What the assembled model shows of the expenses and selections of a file that has other faults."""
    try:
        practice = load_entries(path)
        if practice:
            assemble_model(assume(practice))
    except BadInput as error:
        return [replace(fault, file=str(path)) for fault in error.faults]
    return []


def model_faults(practice: Practice, file: str) -> list[Fault]:
    """What only the assembled model shows: entries that do not fit together, and checks that fail."""
    try:
        result = evaluate(assume(practice))
    except BadInput as error:
        return [replace(fault, file=file) for fault in error.faults]
    return [Fault(file, name, f"this check fails: {result.graph.lines[name].label}") for name in result.failed_checks()]


def proposal_faults(proposal: Proposal, path: Path) -> list[Fault]:
    """What only the assembled model shows of a proposal: tried on the sample practice, whose rows it may name."""
    try:
        assemble_model(assume(load_practice("sample"), proposals={proposal_key(path): proposal}))
    except BadInput as error:
        return [replace(fault, file=str(path)) for fault in error.faults]
    return []
