"""What the accounts show for a contract year, as the true-up needs it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from finmodel.assumptions.quantity import Key, Record
from finmodel.assumptions.reading import parse_document, read_file, validated
from finmodel.assumptions.reference import LARGEST_AMOUNT

Amount = Annotated[float, Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]


def _by_path(table: Any) -> Any:
    """A table whose tables are laid out by paths with dots, as TOML lets one write either."""
    return dict(_flat(table)) if isinstance(table, Mapping) else table


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


ByPath = Annotated[dict[Name, Amount], BeforeValidator(_by_path)]


class YearEnd(Record):
    """A year's lines of the model as they came out, what the contract itself counts, and what was really paid.

    ``terms`` holds numbers of the proposal by their paths in its file, such as hours logged or quality attained; what was paid is
    given where it is not the agreed advance.
    """

    year: int
    actuals: ByPath = {}
    terms: ByPath = {}
    paid: dict[Key, Amount] = {}


def load_year_end(given: str) -> YearEnd:
    """What the file of a path says of a year."""
    return parse_year_end(read_file(Path(given), given), given)


def parse_year_end(content: bytes, file: str) -> YearEnd:
    """What the bytes of a file say of a year.

    Raises:
        BadInput: with every fault of the file.
    """
    return validated(parse_document(content, file), file, YearEnd)
