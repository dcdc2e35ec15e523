"""Clauses that adjust what another clause pays, one to a file; a new file is found by being there."""

import importlib
import pkgutil

from finmodel.contracts.clause import Modifier, any_of, by_kind

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")

MODIFIERS: dict[str, type[Modifier]] = by_kind(Modifier)
AnyModifier = any_of(MODIFIERS)
