"""Operating expense: drivers that an expense item in a practice file may name besides any other one-row line."""

from finmodel.engine import line


@line("Facilities served", unit="site")
def facility_count(facility_is_served):
    """Number of facilities that the practice serves."""
    return facility_is_served.sum(axis=0, keepdims=True)


@line("Provider FTE", unit="FTE")
def provider_fte_total(radiologist_fte, app_fte):
    """Radiologist FTE + APP FTE."""
    return radiologist_fte + app_fte
