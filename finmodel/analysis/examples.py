"""The proposals that ship, as they fit a practice."""

import tomllib

from finmodel.assumptions import SHIPPED
from finmodel.contracts.fitting import Fitted, Place, fitted
from finmodel.model import Result


def example_on(result: Result, name: str) -> Fitted:
    """A proposal that ships with the rows of the practice of a run, and what was changed or left out for that.

    Nothing changes where no part of it would apply: it is then refused for what it names.
    """
    practice = result.assumptions[0].practice
    rows = {key: table.rows for key, table in result.placed.tables.items()}
    document = tomllib.loads((SHIPPED / "proposals" / f"{name}.toml").read_text(encoding="utf-8"))
    found = fitted(document, Place(practice, rows, {*result.graph.lines, *practice.selections}))
    return found if found.document["mechanisms"] else Fitted(document, ())
