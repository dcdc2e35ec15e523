"""What each value of a column means, decided from all values of all files with the same header; nothing ambiguous is guessed."""

from collections.abc import Callable, Iterator, Mapping

from finmodel.assumptions import Fault
from finmodel.billing.amounts import decimal_mark, explain_amounts
from finmodel.billing.codes import explain_codes, explain_states
from finmodel.billing.dates import explain_dates
from finmodel.billing.explaining import Counts, Given, Meanings, Unread
from finmodel.billing.parties import Numbers, explain_parties

MOST_LOOKED_FOR = 1_000

__all__ = ["Given", "Meanings", "faults_located", "meanings_of", "unread_located"]


def meanings_of(columns: Mapping[str, str], counts: Counts, given: Given, numbers: Numbers) -> Meanings:
    """What each value of the columns means; faults hold the values that have no meaning, by concept."""
    found = Meanings()
    mark = decimal_mark(columns, counts, given, found)
    if mark:
        explain_amounts(counts, mark, found)
    explain_dates(columns, counts, given, found)
    explain_codes(counts, found)
    explain_parties(counts, given, numbers, found)
    explain_states(counts, found)
    return found


def faults_located(found: Meanings, columns: Mapping[str, str], file: str,
                   rows_of: Callable[[str, list[str]], list[int]]) -> Iterator[Fault]:
    """A fault for each row of a file whose value has no meaning: the row and the column, never the value."""
    for concept, values, reason in found.faults:
        if not values:
            yield Fault(file, columns[concept], reason)
        for row in rows_of(concept, sorted(values)) if values else ():
            yield Fault(file, f"row {row}, column {columns[concept]}", reason)


def unread_located(found: Meanings, columns: Mapping[str, str], number: int, rows_of: Callable[[str, list[str]], list[int]]
                   ) -> Iterator[Unread]:
    """The rows of a file that hold what is left out because it means nothing."""
    for concept, values in found.unread.items():
        rows = rows_of(concept, sorted(values)[:MOST_LOOKED_FOR]) if values else []
        if rows:
            yield Unread(number, concept, columns[concept], tuple(rows))
