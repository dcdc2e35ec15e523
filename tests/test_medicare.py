"""Medicare's rules as the shipped file projects them."""

import numpy as np
import pytest

from finmodel import assume, evaluate, load_practice, load_scenario
from finmodel.cases import apply_scenarios


def test_a_later_efficiency_adjustment_does_to_an_exam_what_that_of_2026_did():
    result = evaluate(assume(load_practice("sample")))
    per_exam = np.array(result.series("total_rvus")) / np.array(result.series("workload_rvus"))
    assert per_exam[1] / per_exam[0] == pytest.approx(52_357_387 / 53_422_791, abs=1e-5)
    assert per_exam[4] / per_exam[3] == pytest.approx(52_357_387 / 53_422_791, abs=1e-5)
    assert per_exam[1:4] == pytest.approx([per_exam[1]] * 3)


def test_what_medicare_pays_for_the_same_exams_in_2026_is_1_2_percent_more():
    result = evaluate(assume(load_practice("sample")))
    total_rvus = np.array(result.series("total_rvus")) / np.array(result.series("workload_rvus"))
    assert total_rvus[1] * 33.4009 / (total_rvus[0] * 32.3465) == pytest.approx(1.0120, abs=5e-5)


def test_where_the_schedule_of_2026_stays_an_exam_is_paid_the_same_every_year():
    kept = evaluate(apply_scenarios(assume(load_practice("sample")), [load_scenario("fee_schedule_2026_stays")]))
    paid = np.array(kept.series("medicare_payment_per_work_rvu")) * kept.series("work_rvus") / kept.series("workload_rvus")
    assert paid[1:] == pytest.approx([33.4009 * 1.41915 * 0.97701] * 4)
