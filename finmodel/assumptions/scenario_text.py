"""A scenario as the text of its file."""

import tomlkit

from finmodel.assumptions.reference import Scenario


def scenario_as_text(scenario: Scenario) -> str:
    """The file of a scenario: what it says of itself, then one table for each change."""
    document = tomlkit.document()
    document.update(scenario.model_dump(exclude_none=True, exclude={"changes"}))
    if not scenario.changes:
        document["changes"] = []
        return tomlkit.dumps(document)
    changes = tomlkit.aot()
    for change in scenario.changes:
        table = tomlkit.table()
        table.update(change.model_dump(exclude_defaults=True))
        changes.append(table)
    document["changes"] = changes
    return tomlkit.dumps(document)
