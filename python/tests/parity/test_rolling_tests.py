"""Tests of windows: each equals the test of that window alone, which has the numbers of statsmodels."""

from __future__ import annotations

import math

import pytest

import polaroid as pd

ROWS = 60
X = [math.floor(1000 * (math.sin(0.7 * i) + math.sin(0.013 * i * i) + 0.02 * i)) / 1000 for i in range(ROWS)]
Y = [math.floor(1000 * (0.5 * x + math.cos(1.9 * i * i))) / 1000 for i, x in enumerate(X)]
KEYS = ["a" if i % 3 else "b" for i in range(ROWS)]


def _windows(values: list, size: int, keys: list[str] | None = None) -> list[list | None]:
    """Of each row the last values of its key, or None if there are not that many."""
    made: list[list | None] = []
    for row in range(len(values)):
        held = [value for at, value in enumerate(values[: row + 1]) if keys is None or keys[at] == keys[row]]
        made.append(held[-size:] if len(held) >= size else None)
    return made


@pytest.mark.parametrize(("regression", "autolag", "maxlag"), [("c", "AIC", None), ("ct", "BIC", 2), ("n", None, 1)])
def test_adf_of_windows(regression: str, autolag: str | None, maxlag: int | None) -> None:
    options = {"regression": regression, "autolag": autolag, "maxlag": maxlag}
    rows = pd.DataFrame({"x": X}).rolling_adf("x", 25, **options).collect().to_pydict()
    assert rows["x"] == X
    for window, statistic, p_value in zip(_windows(X, 25), rows["x_adf_statistic"], rows["x_adf_p_value"], strict=True):
        if window is None:
            assert (statistic, p_value) == (None, None)
        else:
            alone = pd.adf_test(window, **options)
            assert (statistic, p_value) == pytest.approx((alone.statistic, alone.p_value), rel=1e-8, abs=1e-12)


def test_johansen_of_windows_by_key() -> None:
    frame = pd.DataFrame({"k": KEYS, "x": X, "y": Y})
    rows = frame.rolling_johansen(["x", "y"], 15, det_order=1, by="k").collect().to_pylist()
    tested = 0
    for row, xs, ys in zip(rows, _windows(X, 15, KEYS), _windows(Y, 15, KEYS), strict=True):
        names = [f"johansen_{kind}_{r}" for kind in ("eigenvalue", "trace", "max_eigen") for r in (0, 1)]
        if xs is None:
            assert [row[name] for name in names] == [None] * 6
        else:
            alone = pd.johansen_test({"x": xs, "y": ys}, det_order=1)
            expected = [*alone.eigenvalues, *alone.trace_statistics, *alone.max_eigen_statistics]
            assert [row[name] for name in names] == pytest.approx(expected, rel=1e-8, abs=1e-12)
            tested += 1
    assert tested == ROWS - 2 * 14


def test_windows_that_cannot_be_tested_are_null() -> None:
    flat = [1.0] * 20 + X[:20]
    found = pd.DataFrame({"x": flat}).rolling_adf("x", 12, maxlag=0).collect()
    assert found.column("x_adf_statistic").to_pylist()[:20] == [None] * 20
    assert None not in found.column("x_adf_statistic").to_pylist()[22:]
    for hole in (None, math.nan, math.inf):
        holed = pd.DataFrame({"x": [*X[:30], hole, *X[30:]]})
        tested = holed.rolling_adf("x", 12, maxlag=0).collect().column("x_adf_p_value").to_pylist()
        assert [row for row, value in enumerate(tested) if value is None] == [*range(11), *range(30, 42)]


def test_what_is_wrong_is_said_before_rows_are_read() -> None:
    frame = pd.DataFrame({"k": KEYS, "x": X, "y": Y})
    with pytest.raises(pd.PolaroidError, match="window_size is 0"):
        frame.rolling_adf("x", 0)
    with pytest.raises(pd.PolaroidError, match="maxlag is 9"):
        frame.rolling_adf("x", 12, maxlag=9)
    with pytest.raises(pd.PolaroidError, match="needs a column of numbers"):
        frame.rolling_adf("k", 12)
    with pytest.raises(pd.PolaroidError, match="2 series with k_ar_diff 1 and det_order 0 need 9 at least"):
        frame.rolling_johansen(["x", "y"], 8)
    with pytest.raises(pd.PolaroidError, match="det_order is 2"):
        frame.rolling_johansen(["x", "y"], 30, det_order=2)
    with pytest.raises(pd.PolaroidError, match="there is no column"):
        frame.rolling_johansen([], 30)
