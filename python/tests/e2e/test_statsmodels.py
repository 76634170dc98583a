"""The statistical tests on a live table of the real server; the numbers of statsmodels 0.15."""

from __future__ import annotations

import math

import pytest

import polaroid as pd
from e2e.stack import Stack, variant

X = [math.floor(1000 * (math.sin(0.7 * i) + math.sin(0.013 * i * i) + 0.02 * i)) / 1000 for i in range(120)]
Y = [math.floor(1000 * (0.5 * x + math.cos(1.9 * i * i))) / 1000 for i, x in enumerate(X)]


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    def quiet(pipeline: dict) -> None:
        pipeline.pop("sinks")
        pipeline.pop("sources")

    folder = tmp_path_factory.mktemp("statistics")
    with Stack(folder, pipeline=variant(folder, quiet)) as stack:
        stack.up()
        with pd.connect(stack.grpc) as made:
            yield made


def close(*numbers: float):
    return pytest.approx(numbers if len(numbers) > 1 else numbers[0], rel=1e-8, abs=1e-12)


@pytest.mark.usefixtures("connection")
def test_adf_gives_the_numbers_of_statsmodels():
    found = pd.adf_test(X)
    assert found.statistic == close(0.3179969396313365)
    assert found.p_value == close(0.9781552749143466)
    assert (found.used_lag, found.nobs) == (12, 107)
    critical = {"1%": close(-3.492995948509562), "5%": close(-2.888954648057252), "10%": close(-2.58139291903223)}
    assert found.critical_values == critical
    trend = pd.adf_test(X, regression="ct", autolag="t-stat")
    assert (trend.statistic, trend.p_value) == close(-5.336246846644655, 4.812998492556379e-05)
    assert (trend.used_lag, trend.nobs) == (13, 106)


@pytest.mark.usefixtures("connection")
def test_johansen_gives_the_numbers_of_statsmodels():
    found = pd.johansen_test({"x": X, "y": Y})
    assert tuple(found.eigenvalues) == close(0.34734457479251096, 0.15653081800071167)
    assert tuple(found.trace_statistics) == close(70.43867009080626, 20.0873657961726)
    assert tuple(found.max_eigen_statistics) == close(50.35130429463365, 20.0873657961726)
    assert found.trace_critical_values == [[13.4294, 15.4943, 19.9349], [2.7055, 3.8415, 6.6349]]
    assert found.max_eigen_critical_values == [[12.2971, 14.2639, 18.52], [2.7055, 3.8415, 6.6349]]
    assert tuple(found.eigenvectors[0]) == close(1.1756291391598344, -2.08923490228142)
    assert tuple(found.eigenvectors[1]) == close(1.054922381618468, -0.017573490087995206)


def test_a_frame_of_the_server_is_tested_by_its_server(connection):
    frame = connection.sql(f"select unnest({X}) as x, unnest({Y}) as y")
    assert tuple(pd.johansen_test(frame).eigenvalues) == close(0.34734457479251096, 0.15653081800071167)
    assert pd.adf_test(frame.select("x")).statistic == close(0.3179969396313365)


@pytest.mark.usefixtures("connection")
def test_refusals_name_the_column_and_the_remedy():
    with pytest.raises(pd.PolaroidError, match="column 'twice' are a linear combination") as refused:
        pd.johansen_test({"x": X, "twice": [2 * value for value in X]})
    assert refused.value.slug == "invalid-argument"
    with pytest.raises(pd.PolaroidError, match="x is NaN or null at row 1"):
        pd.adf_test([1.0, None, *X])
    with pytest.raises(pd.PolaroidError, match="maxlag is 90; for 120 rows"):
        pd.adf_test(X, maxlag=90)
