"""What the accounts show for a contract year, as the true-up needs it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from finmodel.assumptions.quantity import Key, Record
from finmodel.assumptions.reading import parse_document, read_file, validated
from finmodel.assumptions.reference import LARGEST_AMOUNT

Amount = Annotated[float, Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]


class YearEnd(Record):
    """A year's lines of the model as they came out, and what was really paid where it is not the agreed advance."""

    year: int
    actuals: dict[Key, Amount]
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
