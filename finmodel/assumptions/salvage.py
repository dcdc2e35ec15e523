"""What still holds of a faulty file, so that the rules between its parts can be checked in the same round."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from finmodel.assumptions.faults import bare, nearest
from finmodel.assumptions.quantity import Quantity, Record


class _Faulty:
    """Stands for a part whose fault is reported already: it answers every question with yes, so that no rule faults it again."""

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object) -> Self:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __abs__ = __call__

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, _: object) -> bool:
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __contains__


FAULTY: Any = _Faulty()
STRICT: ConfigDict = {"strict": True, "allow_inf_nan": False}


def salvage(annotation: Any, raw: Any, context: Mapping[str, Any]) -> Any:
    """The value where it is valid; of faulty records and tables what is valid in them, with FAULTY in place of the rest."""
    kind = bare(annotation)
    is_record = isinstance(kind, type) and issubclass(kind, BaseModel)
    try:
        return _adapter(annotation).validate_python(raw, context=dict(context))
    except ValidationError:
        if isinstance(raw, dict) and is_record and kind is not Quantity:
            return _record(kind, raw, context)
        if isinstance(raw, dict) and get_origin(kind) is dict:
            key_annotation, part_annotation = get_args(kind)
            return _table(key_annotation, part_annotation, raw, context)
        return FAULTY


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    kind = bare(annotation)
    return TypeAdapter(annotation, config=None if isinstance(kind, type) and issubclass(kind, BaseModel) else STRICT)


def _record(model: type[Record], raw: Mapping[str, Any], context: Mapping[str, Any]) -> Record:
    misspelt = "".join(nearest(name, model.model_fields, 0.5) for name in raw if name not in model.model_fields)
    parts = {}
    for name, field in model.model_fields.items():
        if name in raw:
            annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            parts[name] = salvage(annotation, raw[name], context)
        elif field.is_required() or f"'{name}'" in misspelt:
            parts[name] = FAULTY
    return model.model_construct(**parts)


def _table(key_annotation: Any, annotation: Any, raw: Mapping[str, Any], context: Mapping[str, Any]) -> dict[Any, Any]:
    found = {}
    for name, part in raw.items():
        key = salvage(key_annotation, name, context)
        found[key] = FAULTY if key is FAULTY else salvage(annotation, part, context)
    return found
