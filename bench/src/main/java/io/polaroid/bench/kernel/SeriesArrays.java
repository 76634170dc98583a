package io.polaroid.bench.kernel;

import io.polaroid.timeseries.operator.SeriesView;
import io.polaroid.timeseries.row.Row;

/** A series in arrays: columns symbol, ts, price, size, as in a row tier but without Arrow. */
final class SeriesArrays implements SeriesView, Row {
    private final long[] times;
    private final double[] prices;
    private final double[] sizes;
    private int at;

    SeriesArrays(long[] times, double[] prices, double[] sizes) {
        this.times = times;
        this.prices = prices;
        this.sizes = sizes;
    }

    @Override
    public int size() {
        return times.length;
    }

    @Override
    public long timeNanos(int index) {
        return times[index];
    }

    @Override
    public long offset(int index) {
        return index;
    }

    @Override
    public Row row(int index) {
        at = index;
        return this;
    }

    @Override
    public boolean isNull(int column) {
        return column > 3;
    }

    @Override
    public long longAt(int column) {
        return times[at] / 1_000;
    }

    @Override
    public double doubleAt(int column) {
        return column == 2 ? prices[at] : sizes[at];
    }

    @Override
    public Object valueAt(int column) {
        return switch (column) {
            case 0 -> "S042";
            case 1 -> longAt(1);
            default -> doubleAt(column);
        };
    }
}
