package io.polaroid.timeseries.statistics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/**
 * The triangular factor R of a tall matrix X = QR, which holds all that a regression of some columns of X on those before them needs.
 *
 * <p>X is read in blocks of rows and never held whole: R of the rows so far, put on top of the next block, has the R of both.
 * <br><b>Cost</b> O(rows × columns²) time, O(columns²) memory.
 * <br><b>Source</b> Golub and Van Loan, Matrix Computations, 5.2 (Householder) and 5.3 (the least squares problem).
 */
final class Triangle {
    private static final double ULP = Math.ulp(1.0);
    private static final double LEAST_TOLERANCE = 1e-13;
    private static final int LEAST_BLOCK = 256;
    private static final int BLOCK_PER_COLUMN = 4;

    /** Gives the rows of X. */
    interface Rows {
        /** Writes row {@code index} into {@code into[at]} and after. */
        void write(int index, double[] into, int at);
    }

    private final DMatrixRMaj factor;
    private final double tolerance;

    private Triangle(DMatrixRMaj factor, double tolerance) {
        this.factor = factor;
        this.tolerance = tolerance;
    }

    /** The factor of {@code rowCount} rows of {@code columns} numbers. */
    static Triangle of(int rowCount, int columns, Rows rows) {
        int block = Math.min(rowCount, Math.max(LEAST_BLOCK, BLOCK_PER_COLUMN * columns));
        var stacked = new DMatrixRMaj(columns + block, columns);
        var decomposition = DecompositionFactory_DDRM.qr(columns + block, columns);
        var factor = new DMatrixRMaj(columns, columns);
        for (int from = 0; from < rowCount; from += block) {
            int height = Math.min(block, rowCount - from);
            stacked.reshape(columns + height, columns);
            System.arraycopy(factor.data, 0, stacked.data, 0, columns * columns);
            for (int row = 0; row < height; row++) {
                rows.write(from + row, stacked.data, (columns + row) * columns);
            }
            // Answers false for columns of zeros, which dependsOnOthers finds.
            decomposition.decompose(stacked);
            decomposition.getR(factor, true);
        }
        return new Triangle(factor, Math.max(LEAST_TOLERANCE, rowCount * ULP));
    }

    /** An element of R; its sign is arbitrary, one sign for each row. */
    double get(int row, int column) {
        return factor.get(row, column);
    }

    int columns() {
        return factor.getNumCols();
    }

    /** The length of a column of X without its part in the columns before {@code first}. */
    double length(int column, int first) {
        double sum = 0;
        for (int row = first; row <= column; row++) {
            sum += factor.get(row, column) * factor.get(row, column);
        }
        return Math.sqrt(sum);
    }

    /** Whether a column is, to rounding, a linear combination of those before it. */
    boolean dependsOnOthers(int column) {
        return isNothing(length(column, column), length(column, 0));
    }

    /** Whether a rest of something of this length is no more than rounding. */
    boolean isNothing(double rest, double length) {
        return !(rest > tolerance * length);
    }

    /** The sum of squares that the regression of the last column on the first {@code regressors} leaves. */
    double residual(int regressors) {
        double rest = length(columns() - 1, regressors);
        return rest * rest;
    }
}
