"""Which column of an export holds what: the names met for each concept, the guess, and what was chosen for a header before."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.faults import nearest
from finmodel.billing.private_headings import may_name_a_person

# Names met in real exports, reduced to letters and digits; those of a line stand before those of the claim it belongs to.
NAMES: dict[str, tuple[str, ...]] = {
    "code": ("cpt", "cptcode", "cpthcpcs", "hcpcs", "hcpcscd", "hcpcscode", "lineprocedurecode", "procedurecode", "proccode",
             "code"),
    "modifier_1": ("mod1", "modifier1", "hcpcs1stmdfrcd", "hcpcsmodifier1", "lineproceduremodifier1code", "modifier", "modifiers",
                   "mod", "mods"),
    "modifier_2": ("mod2", "modifier2", "hcpcs2ndmdfrcd", "hcpcsmodifier2", "lineproceduremodifier2code", "modifier24"),
    "modifier_3": ("mod3", "modifier3", "hcpcsmodifier3", "lineproceduremodifier3code"),
    "modifier_4": ("mod4", "modifier4", "hcpcsmodifier4", "lineproceduremodifier4code"),
    "units": ("units", "unit", "linesrvccnt", "serviceunitquantity", "lineunitcount", "billedunits", "quantity", "qty"),
    "service_date": ("dos", "dateofservice", "servicedate", "line1stexpnsdt", "claimlinestartdate", "lineservicedatefrom",
                     "startdate",
                     "servicedatefrom", "fromdate"),
    "posting_date": ("dor", "posteddate", "postingdate", "postdate", "accountingdate", "transactiondate"),
    "deposit_date": ("depositdate", "dateofdeposit", "paiddate", "paymentdate", "checkdate"),
    "payer": ("insprim", "payer", "payername", "primarypayer", "insurance", "subscriberpayername", "plan"),
    "financial_class": ("insclass", "financialclass", "payerclass", "claimfilingindicatorcode",
                        "subscriberclaimfilingindicatorcode"),
    "payer_sequence": ("payersequence", "payerorder", "coborder", "subscriberpayerresponsibilitysequence"),
    "claim_status": ("claimstatus", "claimstatuscode"),
    "frequency": ("frequencytypecode", "claimfrequency", "claimfrequencycode", "frequencycode", "frequency"),
    "transaction": ("transaction", "transactiontype", "transactioncode", "trantype", "transtype"),
    "amount": ("amount", "transactionamount", "tranamount"),
    "charge": ("linechargeamount", "linesbmtdchrgamt", "charges", "charge", "billedamount", "chargeamount"),
    "allowed": ("lineallowedamount", "linealowdchrgamt", "allowed", "allowedamount"),
    "paid": ("linepaidamount", "linenchpmtamt", "payments", "payment", "paid", "paidamount"),
    "adjustment": ("adjustments", "adjustment", "adjustmentamount"),
    **{f"adjustment_{slot}": (f"lineadj{slot}amount", f"adj{slot - 1}amount") for slot in range(1, 6)},
    **{f"adjustment_group_{slot}": (f"lineadj{slot}group", f"adj{slot - 1}group") for slot in range(1, 6)},
    **{f"adjustment_reason_{slot}": (f"lineadj{slot}reasoncode", f"adj{slot - 1}code") for slot in range(1, 6)},
    "adjustment_reason": ("reasoncode", "adjustmentreason", "adjustmentreasoncode", "carc", "transactionsubcode"),
    "site": ("facility", "facilityname", "loc", "location", "site", "sitename", "servicefacilityname", "linefacilityname",
             "facilitynpi", "lineservicefacilityname"),
    "place_of_service": ("pos", "placeofservice", "placeofservicecode", "lineplaceofsrvccd", "lineplaceofservicecode",
                         "facilitycode"),
    "claim": ("clmid", "claimid", "claimnumber", "claim", "patientcontrolnumber", "accountid", "accountnumber", "account", "enc",
              "encounter", "encounterid", "visit"),
    "line": ("claimlinenumber", "linenum", "linenumber", "linecontrolnumber"),
    "accession": ("accession", "accessionnumber", "facilitycaseid"),
    "patient": ("patientid", "personid", "mrn", "memberid", "beneid", "medicalrecordnumber", "patient"),
}
MONEY = ("charge", "allowed", "paid", "adjustment", "amount", *(f"adjustment_{slot}" for slot in range(1, 6)))
DATES = ("service_date", "posting_date", "deposit_date")
KEYS = ("claim", "line", "accession", "patient")
MODIFIERS = ("modifier_1", "modifier_2", "modifier_3", "modifier_4")
# Stands between the kind of a transaction and its amount where both are read together.
KIND_MARK = "\x1f"
EDI_NAMES = re.compile(r"^(line|adj\d)")


@dataclass(frozen=True)
class Layout:
    """The columns of one file by concept, where each came from, and the columns that are never read."""

    fingerprint: str
    columns: Mapping[str, str]
    evidence: Mapping[str, str]
    unread: tuple[str, ...]

    def without(self, *concepts: str) -> "Layout":
        """The layout in which some concepts are not read."""
        kept = {concept: column for concept, column in self.columns.items() if concept not in concepts}
        dropped = tuple(self.columns[concept] for concept in concepts if concept in self.columns)
        return Layout(self.fingerprint, kept, self.evidence, (*self.unread, *dropped))


def normalised(name: str) -> str:
    """A column name reduced to lower-case letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def fingerprint(header: Sequence[str]) -> str:
    """What tells headers apart whatever the order of their columns."""
    return hashlib.sha256("\n".join(sorted(normalised(name) for name in header)).encode()).hexdigest()[:16]


def recognised(header: Sequence[str]) -> int:
    """How many concepts a row of cells names."""
    cells = {normalised(cell) for cell in header}
    return sum(any(name in cells for name in names) for names in NAMES.values())


def layout_of(header: Sequence[str], file: str, corrections: Mapping[str, str] | None = None, memory: Path | None = None,
              known_otherwise: Collection[str] = ()) -> Layout:
    """The layout of a header: corrections before what was chosen for it earlier, and that before the guess by names.

    ``known_otherwise`` are concepts that are assumed, or that another file tells of the same services.

    Raises:
        BadInput: when a correction fits no column or concept, a column is there twice, or a needed one is missing.
    """
    chosen, evidence = chosen_columns(header, corrections, memory)
    faults = [*_wrong_corrections(header, file, corrections or {}), *_twice(header, chosen, file),
              *_private(chosen, evidence, file), *_missing(chosen, file, known_otherwise)]
    if faults:
        raise BadInput(faults)
    return Layout(fingerprint(header), chosen, evidence, tuple(name for name in header if name not in chosen.values()))


def chosen_columns(header: Sequence[str], corrections: Mapping[str, str] | None = None, memory: Path | None = None
                   ) -> tuple[dict[str, str], dict[str, str]]:
    """The column of each concept, and what it was taken by: name, remembered or given; something needed may be missing."""
    chosen = guess(header)
    evidence = dict.fromkeys(chosen, "name")
    for origin, given in (("remembered", remembered(header, memory)), ("given", corrections or {})):
        for concept, column in given.items():
            taken = next((other for other, one in chosen.items() if one == column and other != concept), None)
            if taken:
                del chosen[taken], evidence[taken]
            if column:
                chosen[concept], evidence[concept] = column, origin
            else:
                chosen.pop(concept, None), evidence.pop(concept, None)
    return chosen, evidence


def guess(header: Sequence[str]) -> dict[str, str]:
    """The column of each concept, by the names met for it."""
    by_name = {normalised(name): name for name in reversed(header)}
    chosen: dict[str, str] = {}
    for concept, names in NAMES.items():
        column = next((by_name[name] for name in names if name in by_name), None)
        if column is not None and column not in chosen.values():
            chosen[concept] = column
    if "amount" not in chosen or any(measure in chosen for measure in ("charge", "paid")):
        # Kinds of transactions tell amounts apart; where amounts stand in columns of their own, nothing is left to tell.
        chosen = {concept: column for concept, column in chosen.items() if concept not in {"transaction", "amount"}}
    return chosen


def _wrong_corrections(header: Sequence[str], file: str, corrections: Mapping[str, str]) -> list[Fault]:
    faults = [Fault(file, concept,
                    f"is no concept of a billing export; {nearest(concept, NAMES) or 'known are ' + ', '.join(NAMES)}")
              for concept in corrections if concept not in NAMES]
    return faults + [Fault(file, column, f"the file has no column of this name{nearest(column, header, lead='; ')}")
                     for column in corrections.values() if column and column not in header]


def _twice(header: Sequence[str], chosen: Mapping[str, str], file: str) -> list[Fault]:
    return [Fault(file, column, f"{header.count(column)} columns have this name, so which is meant cannot be told; rename one")
            for column in chosen.values() if header.count(column) > 1]


def _private(chosen: Mapping[str, str], evidence: Mapping[str, str], file: str) -> list[Fault]:
    return [Fault(file, chosen[concept], "is named like a column about people, whose names could be shown; name the column that "
                                         f"holds the {concept}, or rename this one if it is none about people")
            for concept in ("payer", "site") if evidence.get(concept, "name") != "name"
            and may_name_a_person(normalised(chosen[concept]))]


def _missing(chosen: Mapping[str, str], file: str, known_otherwise: Collection[str]) -> list[Fault]:
    faults = []
    if "code" not in chosen:
        faults.append(Fault(file, "code",
                            "no column holds procedure codes, so this lists claims or sums, not services; "
                                          "export the lines, or name the column with --map COLUMN=code"))
    if "service_date" not in chosen:
        faults.append(Fault(file, "service_date", "no column holds the date of service; name it with --map COLUMN=service_date"))
    if "amount" in chosen and "transaction" not in chosen:
        faults.append(Fault(file, "transaction", "the amounts have no column that tells charges from payments; name it with "
                                                 "--map COLUMN=transaction, or what they are, such as --map COLUMN=charge"))
    if not any(concept in chosen for concept in MONEY):
        faults.append(Fault(file, "charge", "no column holds amounts of money; name one with --map COLUMN=charge"))
    needed = [one for one in ("payer", "place_of_service") if one not in chosen and one not in known_otherwise]
    return faults + [
        Fault(file, concept,
              f"no column holds the {concept.replace('_', ' ')}; name it with --map COLUMN={concept}, or say what holds for "
                             f"every row with --assume {concept}=VALUE")
        for concept in needed if concept != "payer" or "financial_class" not in chosen]


def is_remittance(columns: Mapping[str, str]) -> bool:
    """Whether the file is what payers answered: its charges repeat what was billed."""
    names = {normalised(column) for column in columns.values()}
    return "paid" in columns and "adjustment_reason_1" in columns and any(EDI_NAMES.match(name) for name in names)


def remembered(header: Sequence[str], memory: Path | None) -> dict[str, str]:
    """The columns chosen for this header earlier, as far as it is known; empty for what is read from none."""
    if memory is None:
        return {}
    try:
        kept = json.loads((memory / f"{fingerprint(header)}.json").read_text(encoding="utf-8"))
        return {concept: column for concept, column in kept.items() if concept in NAMES and column in ("", *header)}
    except (OSError, ValueError, AttributeError):
        return {}


def remember(layout: Layout, memory: Path) -> None:
    """Keep the columns chosen for a header: its names alone, nothing of the rows."""
    remember_choices(layout.fingerprint, layout.columns, memory)


def remember_choices(of: str, chosen: Mapping[str, str], memory: Path) -> None:
    """Keep the column of some concepts, empty for those that are read from none, by the fingerprint of a header."""
    memory.mkdir(parents=True, exist_ok=True)
    (memory / f"{of}.json").write_text(json.dumps(dict(chosen), indent=1), encoding="utf-8")
