"""What is kept of a fee schedule: RVUs and payment rules for each code, without descriptors."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

Setting = Literal["facility", "nonfacility"]


class Entry(NamedTuple):
    """What the fee schedule says of one code with one modifier."""

    hcpcs: str
    modifier: str
    status: str
    professional_technical: str
    global_days: str
    multiple_procedure: str
    bilateral: str
    imaging_family: str
    work_rvus: Decimal
    nonfacility_practice_rvus: Decimal
    facility_practice_rvus: Decimal
    malpractice_rvus: Decimal
    conversion_factor: Decimal
    outpatient_nonfacility_practice_rvus: Decimal
    outpatient_facility_practice_rvus: Decimal
    outpatient_malpractice_rvus: Decimal

    def practice_rvus(self, setting: Setting) -> Decimal:
        """Practice expense RVUs in a setting."""
        return self.facility_practice_rvus if setting == "facility" else self.nonfacility_practice_rvus

    def outpatient_practice_rvus(self, setting: Setting) -> Decimal:
        """Practice expense RVUs of the hospital outpatient amount that caps imaging; zero where there is no cap."""
        return self.outpatient_facility_practice_rvus if setting == "facility" else self.outpatient_nonfacility_practice_rvus

    def total_rvus(self, setting: Setting) -> Decimal:
        """Work, practice expense and malpractice RVUs in a setting."""
        return self.work_rvus + self.practice_rvus(setting) + self.malpractice_rvus


class FeeSchedule(NamedTuple):
    """One release of the fee schedule, by code and modifier."""

    year: int
    release: str
    conversion_factor: Decimal
    qualifying_participants: bool
    file: str
    entries: Mapping[tuple[str, str], Entry]
    notes: tuple[str, ...] = ()

    def entry(self, hcpcs: str, modifier: str = "") -> Entry | None:
        """The entry of a code with a modifier, 26, TC, 53 or none, if there is one."""
        return self.entries.get((hcpcs, modifier))
