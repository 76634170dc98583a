"""Makes the golden files of the statistical tests with statsmodels.

    python statistics_golden.py OUT [--data FOLDER]

Needs statsmodels, numpy and mpmath (made with 0.15.0, 2.4.6 and 1.4.1). OUT is the folder of adf.json and johansen.json. The
series are made here from a seed, and two real ones are cut from the recorded session in demo/recordings. With --data the series
of adf.json are the columns of the CSV files in FOLDER instead, and there is no johansen.json.

statsmodels solves by singular values of columns as they are, which costs digits where their scales differ much, such as a
constant beside prices of 1e-7. Where that is more than 1e-9 of a number, the file has the number in 60 digits' arithmetic
instead, and what statsmodels says under "statsmodels".
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import math
import warnings
from pathlib import Path

import mpmath
import numpy as np
import statsmodels
from statsmodels.tsa.adfvalues import mackinnonp
from statsmodels.tsa.stattools import adfuller
from statsmodels.tsa.vector_ar.vecm import coint_johansen

REGRESSIONS = ("n", "c", "ct", "ctt")
AUTOLAGS = ("AIC", "BIC", "t-stat", None)
RECORDINGS = Path(__file__).resolve().parents[4] / "demo" / "recordings"
DIGITS = 6  # of a series; keeps the files small
INEXACT = 1e-9
mpmath.mp.dps = 60


def rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]


def autoregression(noise: np.ndarray, *coefficients: float) -> np.ndarray:
    x = np.zeros(len(noise))
    for t in range(len(noise)):
        x[t] = noise[t] + sum(c * x[t - 1 - lag] for lag, c in enumerate(coefficients) if t > lag)
    return x


def made_series() -> dict[str, list[float]]:
    rng = np.random.default_rng(20261121)
    series = {}
    for n in (12, 25, 60, 200, 500):
        noise = rng.standard_normal(n)
        t = np.arange(n)
        series[f"random walk {n}"] = np.cumsum(noise)
        series[f"white noise {n}"] = rng.standard_normal(n)
        series[f"ar1 0.5 {n}"] = autoregression(noise, 0.5)
        series[f"near unit root {n}"] = autoregression(noise, 0.99)
    for n in (60, 200):
        noise = rng.standard_normal(n)
        t = np.arange(n)
        series[f"explosive {n}"] = autoregression(noise, 1.02)
        series[f"ar3 {n}"] = autoregression(noise, 0.5, -0.3, 0.2)
        series[f"trend {n}"] = 5 + 0.3 * t + noise
        series[f"random walk with drift {n}"] = np.cumsum(noise + 0.4)
        series[f"quadratic trend {n}"] = 0.01 * t**2 + np.cumsum(noise)
        series[f"season of 12 {n}"] = 3 * np.sin(2 * math.pi * t / 12) + noise
        series[f"moving average {n}"] = np.cumsum(noise[1:] - 0.8 * noise[:-1])
        series[f"far from zero {n}"] = 50_000 + np.cumsum(noise)
        series[f"tiny {n}"] = 1e-7 * np.cumsum(noise)
        series[f"breaks {n}"] = np.where(t < n // 2, 0, 8) + noise
        series[f"fat tails {n}"] = np.cumsum(rng.standard_t(2, n))
    series["whole numbers 200"] = np.cumsum(rng.integers(-3, 4, 200))
    return {name: rounded(values) for name, values in series.items()}


def recorded_prices() -> dict[str, list[float]]:
    prices = {}
    for path in sorted(RECORDINGS.glob("*.txt.gz")):
        with gzip.open(path, "rt") as lines:
            messages = (json.loads(line.split(" ", 1)[1])["data"] for line in lines if '"e":"trade"' in line)
            every = [float(message["p"]) for message in itertools.islice(messages, 0, 30_000, 100)]
        prices[f"recorded {path.name.split('.')[0]}"] = every
    return prices


def read_series(folder: Path) -> dict[str, list[float]]:
    series = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        for column, name in enumerate(header):
            try:
                values = [float(row[column]) for row in rows][:400]
            except (ValueError, IndexError):
                continue
            if all(map(math.isfinite, values)) and len(values) > 30 and len(set(values)) > 3:
                series[f"{path.stem} {name}"] = values
    return series


def adf_case(name: str, x: list[float], maxlag: int | None, regression: str, autolag: str | None) -> dict | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", category=statsmodels.tools.sm_exceptions.SingularMatrixWarning)
        try:
            found = adfuller(x, maxlag, regression, autolag, result_object=True)
        except statsmodels.tools.sm_exceptions.SingularMatrixWarning:
            return None  # collinear terms: the answer is rounding
    terms = found.lags + 1 + (len(regression) if regression != "n" else 0)
    if found.nobs <= terms:
        return None  # no degree of freedom: the statistic is 0 by division by infinity
    statistic, p_value = found.statistic, found.pvalue
    if abs(scaled_adf(x, regression, found.lags) - statistic) > INEXACT * abs(statistic):
        try:
            statistic = exact_adf(x, regression, found.lags)
        except ZeroDivisionError:
            return None  # collinear, or an exact fit
        p_value = mackinnonp(statistic, regression)
    return {
        "series": name,
        "maxlag": maxlag,
        "regression": regression,
        "autolag": autolag or "none",
        "statistic": statistic,
        "p_value": p_value,
        **({} if statistic == found.statistic else {"statsmodels": found.statistic}),
        "used_lag": int(found.lags),
        "nobs": int(found.nobs),
        "critical_values": [float(found.critical_values[level]) for level in ("1%", "5%", "10%")],
    }


def adf_columns(x: list[float], regression: str, lags: int) -> list[list[float]]:
    """Deterministic terms, lagged changes, level, change."""
    change = [after - before for before, after in itertools.pairwise(x)]
    rows = range(lags, len(change))
    terms = 0 if regression == "n" else len(regression)
    columns = [[(row - lags + 1) ** power for row in rows] for power in range(terms)]
    columns += [[change[row - lag] for row in rows] for lag in range(1, lags + 1)]
    return [*columns, [x[row] for row in rows], [change[row] for row in rows]]


def scaled_adf(x: list[float], regression: str, lags: int) -> float:
    """By orthogonal factors of scaled columns, about a constant: hardly any digit is lost."""
    columns = adf_columns([value - x[0] for value in x] if regression != "n" else x, regression, lags)
    matrix = np.array(columns, float).T
    factor = np.linalg.qr(matrix / np.linalg.norm(matrix, axis=0), mode="r")
    terms = matrix.shape[1] - 1
    error = abs(factor[-1, -1]) / math.sqrt(matrix.shape[0] - terms)
    return factor[-2, -1] * math.copysign(1, factor[-2, -2]) / error


def exact_adf(x: list[float], regression: str, lags: int) -> float:
    matrix = mpmath.matrix(adf_columns([mpmath.mpf(value) for value in x], regression, lags)).T
    products = matrix.T * matrix
    terms = matrix.cols - 1
    inverse = products[:terms, :terms] ** -1
    weights = inverse * products[:terms, terms]
    residual = products[terms, terms] - (weights.T * products[:terms, terms])[0]
    if residual < products[terms, terms] * mpmath.mpf(10) ** -40:
        raise ZeroDivisionError("an exact fit")
    return float(weights[terms - 1] / mpmath.sqrt(inverse[terms - 1, terms - 1] * residual / (matrix.rows - terms)))


def adf_cases(series: dict[str, list[float]]) -> list[dict]:
    cases = []
    for number, (name, x) in enumerate(series.items()):
        options = list(itertools.product((None,), REGRESSIONS, AUTOLAGS))
        options += [(lag, REGRESSIONS[(number + lag) % 4], AUTOLAGS[(number + lag // 2) % 4]) for lag in (0, 1, 2, 5)]
        for maxlag, regression, autolag in options:
            if maxlag is not None and maxlag > len(x) // 2 - 5:
                continue
            case = adf_case(name, x, maxlag, regression, autolag)
            if case:
                cases.append(case)
    return cases


def made_frames() -> dict[str, list[list[float]]]:
    rng = np.random.default_rng(20261122)
    frames = {}
    for n, p in ((40, 2), (40, 3), (120, 2), (120, 3), (120, 5), (300, 2), (300, 4), (300, 8), (300, 13)):
        walks = np.cumsum(rng.standard_normal((p, n)), axis=1)
        frames[f"walks {n} x {p}"] = walks
        if p <= 5:
            noise = rng.standard_normal((p, n))
            frames[f"one common walk {n} x {p}"] = noise + walks[0]
            related = walks.copy()
            related[1] = 0.5 * walks[0] + autoregression(noise[1], 0.4)
            frames[f"one relation {n} x {p}"] = related + 100
            frames[f"stationary {n} x {p}"] = noise
            frames[f"drift {n} x {p}"] = walks + 0.3 * np.arange(n) * np.arange(1, p + 1)[:, None]
            frames[f"scales {n} x {p}"] = walks * 10.0 ** np.arange(-2, p - 2)[:, None]
    return {name: [rounded(column) for column in columns] for name, columns in frames.items()}


def johansen_cases(frames: dict[str, list[list[float]]]) -> list[dict]:
    cases = []
    for name, columns in frames.items():
        for det_order, k_ar_diff in itertools.product((-1, 0, 1), (0, 1, 3)):
            if k_ar_diff > 2 and (len(columns[0]) < 60 or len(columns) > 5):
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = coint_johansen(np.array(columns).T, det_order, k_ar_diff)
            eigenvalues = johansen_eigenvalues(columns, det_order, k_ar_diff)
            if np.abs(eigenvalues / found.eig - 1).max() > INEXACT:
                cases.append(exact_johansen(name, columns, det_order, k_ar_diff, found))
                continue
            cases.append(
                {
                    "series": name,
                    "det_order": det_order,
                    "k_ar_diff": k_ar_diff,
                    "eigenvalues": found.eig.tolist(),
                    "eigenvectors": found.evec.T.tolist(),
                    "trace_statistics": found.trace_stat.tolist(),
                    "max_eigen_statistics": found.max_eig_stat.tolist(),
                    "trace_critical_values": without_nan(found.trace_stat_crit_vals),
                    "max_eigen_critical_values": without_nan(found.max_eig_stat_crit_vals),
                }
            )
    return cases


def johansen_columns(columns: list[list], det_order: int, k_ar_diff: int) -> tuple[int, list[list]]:
    """How many columns explain, and they, changes and levels."""
    rows = range(k_ar_diff, len(columns[0]) - 1)
    levels = [detrended(x, det_order) for x in columns]
    changes = [[after - before for before, after in itertools.pairwise(x)] for x in levels]
    before = [[1 for _ in rows]] if det_order >= 0 else []
    before += [[x[row - lag] for row in rows] for lag in range(1, k_ar_diff + 1) for x in changes]
    now = [[x[row] for row in rows] for x in changes] + [[x[row - k_ar_diff + 1] for row in rows] for x in levels]
    return len(before), before + now


def detrended(x: list, det_order: int) -> list:
    if det_order < 0:
        return x
    mean = sum(x) / len(x)
    x = [value - mean for value in x]
    if det_order == 0:
        return x
    t = [2 * i - len(x) + 1 for i in range(len(x))]
    slope = sum(a * b for a, b in zip(t, x, strict=True)) / sum(a * a for a in t)
    return [value - slope * at for value, at in zip(x, t, strict=True)]


def johansen_eigenvalues(columns: list[list[float]], det_order: int, k_ar_diff: int) -> np.ndarray:
    """By orthogonal factors of scaled columns and their singular values."""
    first, parts = johansen_columns(columns, det_order, k_ar_diff)
    matrix = np.array(parts, float).T
    factor = np.linalg.qr(matrix / np.linalg.norm(matrix, axis=0), mode="r")[first:, first:]
    p = len(columns)
    return np.linalg.svd(np.linalg.qr(factor[:, p:])[0][:p], compute_uv=False) ** 2


def exact_johansen(name: str, columns: list[list[float]], det_order: int, k_ar_diff: int, found) -> dict:
    first, parts = johansen_columns([[mpmath.mpf(value) for value in x] for x in columns], det_order, k_ar_diff)
    matrix = mpmath.matrix(parts)
    s = matrix * matrix.T
    if first:
        s = s[first:, first:] - s[first:, :first] * s[:first, :first] ** -1 * s[:first, first:]
    p = len(columns)
    product = s[p:, p:] ** -1 * s[p:, :p] * s[:p, :p] ** -1 * s[:p, p:]
    eigenvalues = sorted((mpmath.re(value) for value in mpmath.eig(product, left=False, right=False)), reverse=True)
    max_eigen = [-matrix.cols * mpmath.log(1 - value) for value in eigenvalues]
    return {
        "series": name,
        "det_order": det_order,
        "k_ar_diff": k_ar_diff,
        "eigenvalues": [float(value) for value in eigenvalues],
        "trace_statistics": [float(sum(max_eigen[r:])) for r in range(p)],
        "max_eigen_statistics": [float(value) for value in max_eigen],
        "trace_critical_values": without_nan(found.trace_stat_crit_vals),
        "max_eigen_critical_values": without_nan(found.max_eig_stat_crit_vals),
        "statsmodels": found.eig.tolist(),
    }


def without_nan(table: np.ndarray) -> list[list[float | None]]:
    return [[None if math.isnan(value) else value for value in row] for row in table.tolist()]


def write(path: Path, series: dict, cases: list[dict]) -> None:
    made_by = f"statsmodels {statsmodels.__version__}, numpy {np.__version__}, timeseries/src/test/python/statistics_golden.py"
    named = ",\n".join(f"{json.dumps(name)}: {json.dumps(values)}" for name, values in series.items())
    listed = ",\n".join(map(json.dumps, cases))
    path.write_text(f'{{"made_by": {json.dumps(made_by)},\n"series": {{\n{named}\n}},\n"cases": [\n{listed}\n]}}\n')
    exact = sum("statsmodels" in case for case in cases)
    print(f"{path.name}: {len(series)} series, {len(cases)} cases, {exact} of them exact, {path.stat().st_size} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    series = read_series(arguments.data) if arguments.data else {**made_series(), **recorded_prices()}
    write(arguments.out / "adf.json", series, adf_cases(series))
    recorded = list(recorded_prices().values())
    shortest = min(map(len, recorded))
    frames = {**made_frames(), "recorded": [prices[:shortest] for prices in recorded]}
    if not arguments.data:
        write(arguments.out / "johansen.json", frames, johansen_cases(frames))


if __name__ == "__main__":
    main()
