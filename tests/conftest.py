import numpy as np
import pytest

from finmodel import Result, assume, evaluate, load_practice

np.seterr(all="raise")


@pytest.fixture(scope="session")
def sample() -> Result:
    return evaluate(assume(load_practice("sample")))


@pytest.fixture
def database_url(tmp_path):
    """The address of an empty database."""
    return f"sqlite:///{tmp_path}/work.sqlite"
