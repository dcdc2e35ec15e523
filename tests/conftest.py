import numpy as np
import pytest

from finmodel import Result, assume, evaluate, load_practice

np.seterr(all="raise")


@pytest.fixture(scope="session")
def sample() -> Result:
    return evaluate(assume(load_practice("sample")))
