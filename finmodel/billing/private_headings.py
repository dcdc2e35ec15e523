"""Which columns may hold what names a person, so that none of them is taken for a payer or a site."""

import re

PRIVATE = re.compile("(patient|member|subscriber|insured|guarantor|last|first|middle|full)name|birth|dob|mrn|medicalrecord|ssn|"
                     "socialsecurity|phone|email|street|address")
OF_PEOPLE = re.compile("patient|person|member|subscriber|insured|guarantor|bene|name")
OF_ORGANISATIONS = re.compile("payer|payor|plan|insurance|carrier|class|facility|site|location|hospital|department|group|company|"
                              "place")


def may_name_a_person(heading: str) -> bool:
    """Whether a heading, in lower-case letters and digits, is one of people; one of their insurance or their hospital is not."""
    return bool(PRIVATE.search(heading) or (OF_PEOPLE.search(heading) and not OF_ORGANISATIONS.search(heading)))
