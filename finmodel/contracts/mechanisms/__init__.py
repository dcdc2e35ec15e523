"""The mechanisms of contracts, one to a file; a new file is found by being there."""

import importlib
import pkgutil

from finmodel.contracts.clause import any_of, by_kind
from finmodel.contracts.mechanism import Mechanism

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")

MECHANISMS: dict[str, type[Mechanism]] = by_kind(Mechanism)
AnyMechanism = any_of(MECHANISMS)
