package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.window.Cells;
import io.polaroid.timeseries.window.Statistic;
import io.polaroid.timeseries.window.Values;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Adds a measure of prices.
 *
 * <p><b>Shape</b> row for row; Float64. <br><b>Order</b> of the table, or by time where the window goes by time. <br><b>Nulls</b> as rolling
 * statistics and lags have them: what is made of a null is null, windows leave nulls out. <br><b>Cost</b> O(n).
 *
 * @param name the name of the result
 * @param measure what is measured
 * @param over key columns of the series
 */
public record Financial(String name, Measure measure, List<String> over) implements ParallelOperator {
    public Financial {
        over = List.copyOf(over);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return measure + (over.isEmpty() ? "" : ", per " + over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return Types.check(() -> {
            Schema input = inputs.getFirst();
            Types.columns(input, over);
            for (String column : columns()) {
                Types.number(input, column, "a measure");
            }
            Frames.check(input, frame());
            return Types.added(input, List.of(Types.output(name, Types.FLOAT64)));
        });
    }

    private List<String> columns() {
        return switch (measure) {
            case Measure.Return of -> List.of(of.price());
            case Measure.LogReturn of -> List.of(of.price());
            case Measure.RealisedVolatility of -> List.of(of.price());
            case Measure.ZScore of -> List.of(of.column());
            case Measure.Drawdown of -> List.of(of.price());
            case Measure.HedgeRatio of -> List.of(of.y(), of.x());
            case Measure.HalfLife of -> List.of(of.column());
        };
    }

    private Frame frame() {
        return switch (measure) {
            case Measure.RealisedVolatility of -> of.frame();
            case Measure.ZScore of -> of.frame();
            case Measure.HedgeRatio of -> of.frame();
            case Measure.HalfLife of -> of.frame();
            case Measure.Return of -> Frame.Rows.of(1);
            case Measure.LogReturn of -> Frame.Rows.of(1);
            case Measure.Drawdown of -> Frame.Rows.of(1);
        };
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot table = inputs.getFirst();
        return schema(List.of(table.getSchema()))
                .flatMap(schema -> Types.check(() -> {
                    var framing = Frames.of(table, frame(), over, workers);
                    Groups groups = framing.groups();
                    var run = new Run(table, framing, frame(), workers);
                    return Computed.added(
                            table,
                            schema,
                            List.of(name),
                            List.of(Computed.restored(run.measured(measure), groups)),
                            allocator);
                }));
    }

    /** One table's series, and windows over them. */
    private record Run(VectorSchemaRoot table, Frames.Framing framing, Frame frame, Workers workers) {
        private Groups groups() {
            return framing.groups();
        }

        Cells measured(Measure measure) {
            return switch (measure) {
                case Measure.Return of -> changes(values(of.price()), of.n(), (now, before) -> (now - before) / before);
                case Measure.LogReturn of ->
                    changes(values(of.price()), of.n(), (now, before) -> Math.log(now / before));
                case Measure.RealisedVolatility of -> volatility(values(of.price()), of.periodsPerYear());
                case Measure.ZScore of -> score(values(of.column()));
                case Measure.Drawdown of -> drawdown(values(of.price()));
                case Measure.HedgeRatio of -> slope(values(of.y()), values(of.x()));
                case Measure.HalfLife of -> halfLife(values(of.column()));
            };
        }

        private Values values(String name) {
            Column column = Column.of(table.getVector(name));
            return Values.of(groups().arranged(column.doubles()), groups().arrangedValid(column));
        }

        private Cells rolled(Statistic statistic, Values values, Values second) {
            return Rolled.over(
                            groups(),
                            List.of(new Rolled.Task(statistic, values, second, frame.minSamples(), Types.FLOAT64)),
                            framing.windows(),
                            workers)
                    .getFirst();
        }

        /** Changes from some rows earlier in the series; they lie group by group. */
        private Cells changes(Values values, int n, PctChange.Change change) {
            Cells out = Cells.numbers(values.numbers().length);
            int[] starts = groups().starts();
            for (int group = 0; group < groups().count(); group++) {
                for (int at = starts[group]; at < starts[group + 1]; at++) {
                    long before = (long) at - n;
                    if (before >= starts[group]
                            && before < starts[group + 1]
                            && values.has(at)
                            && values.has((int) before)) {
                        out.numbers()[at] = change.of(values.numbers()[at], values.numbers()[(int) before]);
                        out.valid()[at] = true;
                    }
                }
            }
            return out;
        }

        private Cells volatility(Values price, double periodsPerYear) {
            Cells squares = changes(price, 1, (now, before) -> {
                double change = Math.log(now / before);
                return change * change;
            });
            Cells mean = rolled(new Statistic.Mean(), Values.of(squares.numbers(), squares.valid()), price);
            for (int at = 0; at < mean.numbers().length; at++) {
                mean.numbers()[at] = Math.sqrt(mean.numbers()[at] * periodsPerYear);
            }
            return mean;
        }

        private Cells score(Values values) {
            Cells mean = rolled(new Statistic.Mean(), values, values);
            Cells deviation = rolled(new Statistic.Std(1), values, values);
            for (int at = 0; at < mean.numbers().length; at++) {
                mean.valid()[at] = mean.valid()[at] && deviation.valid()[at] && values.has(at);
                mean.numbers()[at] =
                        (values.numbers()[at] - mean.numbers()[at]) / deviation.numbers()[at];
            }
            return mean;
        }

        private Cells drawdown(Values price) {
            Cells out = Cells.numbers(price.numbers().length);
            int[] starts = groups().starts();
            for (int group = 0; group < groups().count(); group++) {
                double highest = Double.NEGATIVE_INFINITY;
                for (int at = starts[group]; at < starts[group + 1]; at++) {
                    if (price.has(at)) {
                        double now = price.numbers()[at];
                        highest = Double.isNaN(now) ? highest : Math.max(highest, now);
                        out.numbers()[at] = price.numbers()[at] / highest - 1;
                        out.valid()[at] = true;
                    }
                }
            }
            return out;
        }

        private Cells slope(Values y, Values x) {
            // Variance of x over the same rows: where y has a value too.
            boolean[] both = new boolean[x.numbers().length];
            for (int at = 0; at < both.length; at++) {
                both[at] = x.has(at) && y.has(at);
            }
            Cells covariance = rolled(new Statistic.Cov(1), y, x);
            Cells variance = rolled(new Statistic.Var(1), Values.of(x.numbers(), both), x);
            for (int at = 0; at < both.length; at++) {
                covariance.valid()[at] = covariance.valid()[at] && variance.valid()[at];
                covariance.numbers()[at] = covariance.numbers()[at] / variance.numbers()[at];
            }
            return covariance;
        }

        private Cells halfLife(Values values) {
            Cells change = changes(values, 1, (now, before) -> now - before);
            Cells before = changes(values, 1, (now, last) -> last);
            Cells slope =
                    slope(Values.of(change.numbers(), change.valid()), Values.of(before.numbers(), before.valid()));
            for (int at = 0; at < slope.numbers().length; at++) {
                double b = slope.numbers()[at];
                slope.valid()[at] = slope.valid()[at] && b < 0 && b > -1;
                slope.numbers()[at] = -Math.log(2) / Math.log1p(b);
            }
            return slope;
        }
    }
}
