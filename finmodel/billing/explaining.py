"""What is found of the values of columns: tables of meanings, decisions, faults, and the names of payers and sites."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from finmodel.billing.conventions import is_blank
from finmodel.billing.rules import PayerRule, Placement

Counts = Mapping[str, Counter[str]]
Meaning = dict[str, Any]


class Unread(NamedTuple):
    """The first rows of a file, by its number among those given, in which a column holds what means nothing."""

    file: int
    concept: str
    column: str
    rows: tuple[int, ...]

    @property
    def words(self) -> str:
        """Where to look."""
        rows = ", ".join(map(str, self.rows))
        return f"export {self.file}, column {self.column}, {'row' if len(self.rows) == 1 else 'rows'} {rows}"


@dataclass
class Meanings:
    """Tables of meanings by name, how the files were read, who each payer and site is, and what was decided."""

    tables: dict[str, Meaning] = field(default_factory=dict)
    decisions: list[str] = field(default_factory=list)
    payers: dict[int, tuple[str, Placement]] = field(default_factory=dict)
    sites: dict[int, str] = field(default_factory=dict)
    control: dict[str, int] = field(default_factory=dict)
    turned: set[str] = field(default_factory=set)
    faults: list[tuple[str, frozenset[str], str]] = field(default_factory=list)
    unread: dict[str, frozenset[str]] = field(default_factory=dict)
    unread_rows: list[Unread] = field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """What a user has said of how files are written."""

    dates: str | None = None
    decimal_mark: str | None = None
    rules: tuple[PayerRule, ...] = ()


def explain(found: Meanings, name: str, column: str, texts: Sequence[str], meaning: Callable[[str], Any]) -> None:
    """Add what each text means; a text that means nothing is left out."""
    values = {text: meant for text in texts if (meant := meaning(text)) is not None}
    # A table needs a type even where no value means anything.
    found.tables[name] = {"column": column, "values": values or {"\0": ""}}


def note_unread(found: Meanings, name: str, texts: Sequence[str]) -> None:
    """Note the texts of a column that are there and mean nothing."""
    found.unread[name] = frozenset(text for text in texts if not is_blank(text) and text not in found.tables[name]["values"])
