"""Control totals that equal the files' to the cent, and what was set aside and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from finmodel.billing.disclosure import is_small, to_fold
from finmodel.billing.explaining import Unread
from finmodel.billing.summary import Summary

SET_ASIDE = {
    "totals_row": "a row with amounts and no code, date or key, such as a row of totals",
    "junk_code": "the code column holds no procedure code",
    "no_date": "no date of service that can be read",
    "no_setting": "no place of service, or one of no setting here (service_lines.toml)",
    "no_charge": "nothing is charged in any of its rows, so whether it was done cannot be told",
    "technical": "technical component, which is no work of the physician",
    "carrier_priced": "Medicare's file has no RVUs for it, or a contractor decides by report; never priced at nothing",
    "not_in_fee_schedule": "the code is not in the fee schedule of its year",
    "not_payable": "Medicare's file does not pay it by RVUs",
    "no_fee_schedule": "no fee schedule of its year of service was given",
}
OF_NOBODY = "totals_row"
# The reason for which services are set aside where a concept cannot be read.
UNREAD = {"code": "junk_code", "service_date": "no_date", "place_of_service": "no_setting"}
MEASURES = ("charge", "allowed", "paid", "adjustment")


def control_totals(summary: Summary, control: Mapping[str, int]) -> list[dict[str, Any]]:
    """For each measure in cents: the files' own total, what counts, what was left out and why, and the difference, zero."""
    counted, everything = summary.by()[0], summary.by(where="true")[0]
    rows = []
    for measure in MEASURES:
        repeated = everything.get(f"repeated_{measure}", 0)
        replaced = summary.left_out.get(f"superseded_{measure}", 0)
        turned = summary.left_out.get(f"turned_{measure}", 0)
        explained = everything[measure] + repeated + replaced + turned
        rows.append({"measure": measure, "files": control.get(measure, 0), "counted": counted[measure],
                     "set_aside": everything[measure] - counted[measure], "repeated_by_other_payers": repeated,
                     "replaced": replaced,
                     "voids_turned": turned, "difference": control.get(measure, 0) - explained})
    return rows


def set_aside(summary: Summary, unread: Sequence[Unread]) -> list[dict[str, Any]]:
    """What was set aside by reason, in services and cents, and where to look for it.

    Reasons of one to ten services stand together with one of more; where none is of more, the figures are null.
    """
    rows = {row["set_aside"]: row for row in summary.by("set_aside", where="set_aside <> ''")}
    together = to_fold({reason: row["services"] for reason, row in rows.items() if reason != OF_NOBODY})
    groups = [*([reason] for reason in rows if reason not in together), [reason for reason in rows if reason in together]]
    return [_of_reasons(reasons, [rows[one] for one in reasons], unread) for reasons in groups if reasons]


def _of_reasons(reasons: Sequence[str], rows: Sequence[Mapping[str, Any]], unread: Sequence[Unread]) -> dict[str, Any]:
    sums = {name: sum(row[name] for row in rows) for name in ("services", *MEASURES)}
    return {"reason": reasons[0] if len(reasons) == 1 else "several", "why": "; or ".join(SET_ASIDE[one] for one in reasons),
            **(dict.fromkeys(sums) if is_small(sums["services"]) and reasons != [OF_NOBODY] else sums),
            "where": [one.words for one in unread if UNREAD.get(one.concept) in reasons]}
