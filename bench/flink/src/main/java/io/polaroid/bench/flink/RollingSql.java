package io.polaroid.bench.flink;

import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.ResultRows;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** SQL OVER: one result for each row, over {@code (t - 60 s, t]}, which in whole milliseconds ends 59.999 s back. */
final class RollingSql {
    private RollingSql() {}

    static void add(StreamExecutionEnvironment environment, Task task) {
        var tables = StreamTableEnvironment.create(environment);
        var schema = Schema.newBuilder()
                .column("symbol", "STRING")
                .column("millis", "BIGINT")
                .column("price", "DOUBLE")
                .column("size", "DOUBLE")
                .columnByMetadata("rowtime", "TIMESTAMP_LTZ(3)")
                .watermark("rowtime", "SOURCE_WATERMARK()")
                .build();
        tables.createTemporaryView("trades", Topics.trades(environment, task), schema);
        var results = tables.sqlQuery("""
                SELECT symbol, millis, AVG(price) OVER w AS mean, VAR_SAMP(price) OVER w AS variance,
                  MIN(price) OVER w AS low, MAX(price) OVER w AS high,
                  SUM(price * `size`) OVER w / SUM(`size`) OVER w AS vwap
                FROM trades WINDOW w AS (PARTITION BY symbol ORDER BY rowtime
                  RANGE BETWEEN INTERVAL '59.999' SECOND(2, 3) PRECEDING AND CURRENT ROW)
                """);
        tables.toDataStream(results).map(new Encode()).sinkTo(Topics.results(task));
    }

    /** Running sums of squares may leave a little less than nothing. */
    private static double variance(@Nullable Object cell) {
        return cell instanceof Double number ? Math.max(0, number) : Double.NaN;
    }

    private static final class Encode extends RichMapFunction<Row, KeyedValue> {
        private static final long serialVersionUID = 1;
        private transient @Nullable AvroBytes out;

        @Override
        public KeyedValue map(Row row) {
            if (out == null) {
                out = new AvroBytes();
            }
            String symbol = row.getFieldAs(0);
            long millis = row.<Long>getFieldAs(1);
            return KeyedValue.of(
                    symbol,
                    millis,
                    ResultRows.rolling(
                            out,
                            symbol,
                            millis,
                            new ResultRows.Statistics(
                                    row.<Double>getFieldAs(2),
                                    variance(row.getField(3)),
                                    row.<Double>getFieldAs(4),
                                    row.<Double>getFieldAs(5),
                                    row.<Double>getFieldAs(6))));
        }
    }
}
