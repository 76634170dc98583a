package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/**
 * Reduced rank regression: the canonical correlations between changes and lagged levels, both without what the deterministic terms and
 * lagged changes explain.
 *
 * <p>The eigenvalues are the squared singular values of {@code Q0' Qk}, where {@code Q0} and {@code Qk} are orthonormal bases of the
 * two sets of residuals; no covariance matrix is formed or inverted.
 * <br><b>Source</b> Björck and Golub, "Numerical Methods for Computing Angles Between Linear Subspaces", Math. Comp. 27 (1973).
 */
final class JohansenRegression {
    /** A canonical correlation this near 1 is 1, and its statistic infinite. */
    private static final double MOST_EIGENVALUE = 1 - 1e-12;

    private static final double STRAIGHT = 1e-12;

    private final List<String> names;
    private final double[][] series;
    private final int[] scales;
    private final int detOrder;
    private final int lags;
    private final int rows;

    JohansenRegression(List<String> names, double[][] columns, int detOrder, int lags) {
        this.names = names;
        this.detOrder = detOrder;
        this.lags = lags;
        this.rows = columns[0].length - 1 - lags;
        this.series = new double[columns.length][];
        this.scales = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            scales[i] = Inputs.scale(columns[i]);
            series[i] = Inputs.scaled(columns[i], scales[i]);
        }
    }

    Result<JohansenResult> solve() {
        for (int i = 0; i < series.length; i++) {
            if (detOrder >= 0 && !shifted(series[i])) {
                return Result.err(Inputs.invalid("column '" + names.get(i)
                        + "' is a straight line, which the deterministic terms explain; leave it out"));
            }
        }
        var triangle = triangle();
        var collinear = collinear(triangle);
        if (collinear.isPresent()) {
            return Result.err(collinear.get());
        }
        return correlate(triangle);
    }

    /**
     * Takes out what the deterministic terms explain anyway: a constant, or a straight line.
     *
     * @return whether anything is left
     */
    private boolean shifted(double[] x) {
        double mean = 0;
        for (double value : x) {
            mean += (value - x[0]) / x.length;
        }
        mean += x[0];
        double middle = (x.length - 1) / 2.0;
        double products = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            x[i] -= mean;
            products += x[i] * (i - middle);
            squares += (i - middle) * (i - middle);
        }
        double before = 0;
        double after = 0;
        for (int i = 0; i < x.length; i++) {
            double rest = x[i] - products / squares * (i - middle);
            before += x[i] * x[i];
            after += rest * rest;
            x[i] = detOrder == 1 ? rest : x[i];
        }
        return Math.sqrt(after) > STRAIGHT * Math.sqrt(before);
    }

    /** A constant if there are deterministic terms, lagged changes, changes, lagged levels. */
    private Triangle triangle() {
        int constant = detOrder >= 0 ? 1 : 0;
        int p = series.length;
        return Triangle.of(rows, constant + p * (lags + 2), (row, into, at) -> {
            int now = row + lags;
            into[at] = 1;
            int next = at + constant;
            for (int lag = 1; lag <= lags + 1; lag++) {
                int from = lag > lags ? now : now - lag;
                for (double[] x : series) {
                    into[next++] = x[from + 1] - x[from];
                }
            }
            for (double[] x : series) {
                into[next++] = level(x, row);
            }
        });
    }

    /**
     * The level as statsmodels takes it: where the change that is {@code lags} rows back ends. Beside all lagged changes that is as
     * good as the level just before the change; without lags it is the level just after it.
     */
    private static double level(double[] x, int row) {
        return x[row + 1];
    }

    private Optional<Problem> collinear(Triangle triangle) {
        int p = series.length;
        int levels = triangle.columns() - p;
        int constant = levels - p * (lags + 1);
        for (int column = constant; column < levels; column++) {
            if (triangle.dependsOnOthers(column)) {
                return Optional.of(Inputs.invalid("the changes of column '" + names.get((column - constant) % p)
                        + "' are a linear combination of other columns' changes; leave out one of the columns"));
            }
        }
        return Optional.empty();
    }

    private Result<JohansenResult> correlate(Triangle triangle) {
        int p = series.length;
        int first = triangle.columns() - 2 * p;
        var levels = new DMatrixRMaj(2 * p, p);
        for (int row = 0; row < 2 * p; row++) {
            for (int column = 0; column < p; column++) {
                levels.set(row, column, triangle.get(first + row, first + p + column));
            }
        }
        var decomposition = DecompositionFactory_DDRM.qr(2 * p, p);
        decomposition.decompose(levels.copy());
        var r = decomposition.getR(null, true);
        for (int column = 0; column < p; column++) {
            if (triangle.isNothing(Math.abs(r.get(column, column)), triangle.length(first + p + column, 0))) {
                return Result.err(Inputs.invalid("column '" + names.get(column)
                        + "' is a linear combination of the columns before it; leave out one of them"));
            }
        }
        // The changes' residuals are the first p basis vectors times a triangle, so Q0' Qk is the upper half of Qk.
        var q = CommonOps_DDRM.extract(decomposition.getQ(null, true), 0, p, 0, p);
        var svd = DecompositionFactory_DDRM.svd(p, p, false, true, false);
        svd.decompose(q);
        var right = svd.getV(null, false);
        SingularOps_DDRM.descendingOrder(null, false, svd.getSingularValues(), p, right, false);
        return result(svd.getSingularValues(), r, right);
    }

    private Result<JohansenResult> result(double[] singular, DMatrixRMaj r, DMatrixRMaj right) {
        int p = series.length;
        var eigenvalues = new ArrayList<Double>();
        var maxEigen = new ArrayList<Double>();
        for (int i = 0; i < p; i++) {
            double eigenvalue = singular[i] * singular[i];
            if (!(eigenvalue <= MOST_EIGENVALUE)) {
                return Result.err(
                        Inputs.invalid(
                                "the changes of a combination of the columns follow exactly from their past, so that the statistics are"
                                        + " infinite; the columns are not random, or one is a copy of another shifted in time"));
            }
            eigenvalues.add(eigenvalue);
            maxEigen.add(-rows * Math.log1p(-eigenvalue));
        }
        var trace = new ArrayList<>(maxEigen);
        for (int i = p - 2; i >= 0; i--) {
            trace.set(i, trace.get(i) + trace.get(i + 1));
        }
        return Result.ok(new JohansenResult(
                eigenvalues,
                eigenvectors(r, right),
                trace,
                maxEigen,
                JohansenTables.trace(p, detOrder),
                JohansenTables.maxEigen(p, detOrder)));
    }

    private List<List<Double>> eigenvectors(DMatrixRMaj r, DMatrixRMaj right) {
        int p = series.length;
        var vectors = new ArrayList<List<Double>>();
        for (int column = 0; column < p; column++) {
            double[] weights = new double[p];
            for (int row = p - 1; row >= 0; row--) {
                double sum = right.get(row, column) * Math.sqrt(rows);
                for (int after = row + 1; after < p; after++) {
                    sum -= r.get(row, after) * weights[after];
                }
                weights[row] = sum / r.get(row, row);
            }
            var vector = new ArrayList<Double>();
            for (int row = 0; row < p; row++) {
                vector.add(Math.scalb(weights[row], scales[row]));
            }
            vectors.add(signed(vector));
        }
        return Collections.unmodifiableList(vectors);
    }

    /** The sign of an eigenvector is free: the first weight that is not zero becomes positive. */
    private static List<Double> signed(List<Double> vector) {
        double first = vector.stream().filter(weight -> weight != 0).findFirst().orElse(1.0);
        return first > 0 ? vector : vector.stream().map(weight -> -weight).toList();
    }
}
