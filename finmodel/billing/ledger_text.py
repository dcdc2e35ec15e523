"""The query that turns rows of text into the typed ledger, by looking up what each value means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finmodel.billing.layout import KEYS, MODIFIERS

SLOTS = tuple(range(1, 6))
MEASURES = ("charge", "allowed", "paid", "adjustment")


@dataclass(frozen=True)
class LedgerQuery:
    """A query over ``rows``: columns of text, tables of meanings by the column they explain, parts of the key of a service."""

    columns: Sequence[str]
    explained: Mapping[str, str]
    key_parts: Sequence[str]
    assumed: Mapping[str, Any]
    file: int

    def text(self) -> str:
        """The query; it takes the key of the hashes as ``$secret``."""
        joins = [f"LEFT JOIN meaning_{name} ON meaning_{name}.written = {_trimmed(column)}" for name,
                 column in self.explained.items()]
        # Every part is a name or an expression of this module; values are looked up or bound.
        rows = f"SELECT {', '.join(self._ledger_columns())} FROM rows {' '.join(joins)}"  # noqa: S608
        return self._with_adjustments_apart(rows) if self._slots else rows

    @property
    def _slots(self) -> list[int]:
        return [slot for slot in SLOTS if f"adjustment_{slot}" in self.explained]

    def _ledger_columns(self) -> list[str]:
        modifiers = [self._meant(one, "VARCHAR") for one in MODIFIERS if one in self.explained]
        modifiers_text = (f"array_to_string(list_sort(list_filter(string_split(concat_ws(' ', {', '.join(modifiers)}), ' '), "
                          "lambda one: one <> '')), ' ')" if modifiers else "''")
        adjustment = (" + ".join(f"coalesce({self._meant(f'adjustment_{slot}', 'BIGINT')}, 0)" for slot in self._slots)
                      or self._cents("adjustment"))
        return [
            f"{self.file}::INTEGER AS file", f"{self._service_key(modifiers_text)} AS service_key",
            f"{self._key('claim')} AS claim_key", f"{self._key('patient')} AS patient_key",
            f"{self._meant('code', 'VARCHAR')} AS code", f"{modifiers_text} AS modifiers",
            f"coalesce({self._meant('units', 'BIGINT')}, 1000) AS units",
            f"{self._meant('service_date', 'DATE')} AS service_date", f"{self._meant('posting_date', 'DATE')} AS posting_date",
            f"{self._meant('deposit_date', 'DATE')} AS deposit_date",
            f"{self._meant('payer', 'BIGINT')} AS payer_key",
            f"{self._first('class_of_financial_class', 'class_of_payer')} AS payer_class",
            f"{self._meant('site', 'BIGINT')} AS site_key", f"{self._meant('place_of_service', 'VARCHAR')} AS place",
            f"{self._first('payer_sequence', 'sequence_of_status')} AS sequence",
            f"coalesce({self._meant('is_denied', 'INTEGER')}, 0) AS is_denied",
            f"coalesce({self._meant('frequency', 'INTEGER')}, 1) AS frequency",
            f"{self._meant('charge', 'BIGINT')} AS charge", f"{self._meant('allowed', 'BIGINT')} AS allowed",
            f"{self._cents('paid')} AS paid",
            f"{adjustment} AS adjustment", f"{self._meant('adjustment_reason', 'VARCHAR')} AS reason",
            f"({self._is_totals_row()})::INTEGER AS is_totals_row",
            *(f"{self._meant(f'adjustment_{slot}', 'BIGINT')} AS cents_{slot}, {self._slot_reason(slot)} AS reason_{slot}"
              for slot in self._slots)]

    def _meant(self, name: str, kind: str) -> str:
        if name in self.explained:
            return f"meaning_{name}.meant::{kind}"
        return f"{_literal(self.assumed[name])}::{kind}" if name in self.assumed else f"NULL::{kind}"

    def _first(self, *names: str) -> str:
        return f"coalesce({', '.join(self._meant(name, 'INTEGER') for name in names)}, 0)"

    def _cents(self, measure: str) -> str:
        return f"coalesce({self._meant(measure, 'BIGINT')}, 0)"

    def _slot_reason(self, slot: int) -> str:
        return (f"concat_ws('-', {self._meant(f'adjustment_group_{slot}', 'VARCHAR')}, "
                f"{self._meant(f'adjustment_reason_{slot}', 'VARCHAR')})")

    def _key(self, concept: str) -> str:
        if concept not in self.columns:
            return "NULL::BIGINT"
        return f"CASE WHEN {_trimmed(concept)} <> '' THEN {_hashed(_upper(concept))} END"

    def _service_key(self, modifiers_text: str) -> str:
        """The hash of what tells a service apart; a row in which all of that is blank is a service of its own."""
        alone = f"'{self.file}' || chr(31) || rows.row::VARCHAR"
        identities = [_upper(part) for part in self.key_parts if part in KEYS and part != "line"]
        if not identities:
            return _hashed(alone)
        dated = {"service_date": f"coalesce({self._meant('service_date', 'VARCHAR')}, '')", "modifiers": modifiers_text,
                 "code": _upper("code"), "line": _upper("line")}
        texts = [*identities, *(text for part, text in dated.items() if part in self.key_parts)]
        together = f"concat_ws(chr(31), {', '.join(texts)})"
        return _hashed(f"CASE WHEN concat({', '.join(identities)}) = '' THEN {alone} ELSE {together} END")

    def _is_totals_row(self) -> str:
        """Whether amounts stand in a row that names no code, no date and no key."""
        blank = [f"{_trimmed(part)} = ''" for part in ("service_date", *KEYS) if part in self.columns]
        amounts = [f"({self._cents(measure)}) <> 0" for measure in MEASURES]
        return f"{self._meant('code', 'VARCHAR')} IS NULL AND {' AND '.join(blank)} AND ({' OR '.join(amounts)})"

    def _with_adjustments_apart(self, rows: str) -> str:
        """The rows with a further row for each adjustment that has an amount, so that each keeps its reason."""
        listed = ", ".join(f"{{'part': {slot}, 'cents': cents_{slot}, 'reason': reason_{slot}}}" for slot in self._slots)
        parts = f"[{{'part': 0, 'cents': 0::BIGINT, 'reason': NULL::VARCHAR}}, {listed}]"
        apart = f"unnest(list_filter({parts}, lambda one: one.part = 0 OR coalesce(one.cents, 0) <> 0))"
        dropped = ", ".join(f"cents_{slot}, reason_{slot}" for slot in self._slots)
        only_first = ", ".join(f"CASE WHEN apart.part = 0 THEN {measure} ELSE 0 END AS {measure}"
                               for measure in ("units", "paid"))
        replaced = (f"{only_first}, CASE WHEN apart.part = 0 THEN allowed END AS allowed, "
                    "CASE WHEN apart.part = 0 THEN charge END AS charge, "
                    "coalesce(apart.cents, 0) AS adjustment, apart.reason AS reason")
        split = f"SELECT * EXCLUDE ({dropped}), {apart} AS apart FROM ({rows})"  # noqa: S608
        return f"SELECT * EXCLUDE (apart) REPLACE ({replaced}) FROM ({split})"  # noqa: S608


def _trimmed(column: str) -> str:
    return f"trim(rows.\"{column}\", E' \\t\\r\\n')"


def _upper(column: str) -> str:
    return f"upper({_trimmed(column)})"


def _hashed(text: str) -> str:
    """A keyed hash of a text in 63 bits; the key lives as long as one run."""
    return f"(md5_number_lower($secret || chr(30) || {text}) >> 1)::BIGINT"


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
