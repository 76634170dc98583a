package io.polaroid.bench.flink;

import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.Bar;
import io.polaroid.bench.workload.InputRow;
import java.time.Duration;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Tumbling windows with an incremental aggregate. */
final class Resampled {
    private Resampled() {}

    static void add(StreamExecutionEnvironment environment, Task task) {
        Topics.trades(environment, task)
                .keyBy(row -> row.symbol)
                .window(TumblingEventTimeWindows.of(Duration.ofMillis(task.job().millis())))
                .aggregate(new Aggregate(), new Emit())
                .sinkTo(Topics.results(task));
    }

    private static final class Aggregate implements AggregateFunction<InputRow, Bar, Bar> {
        private static final long serialVersionUID = 1;

        @Override
        public Bar createAccumulator() {
            return new Bar();
        }

        @Override
        public Bar add(InputRow row, Bar bar) {
            return bar.add(row.millis, row.price, row.size);
        }

        @Override
        public Bar getResult(Bar bar) {
            return bar;
        }

        @Override
        public Bar merge(Bar a, Bar b) {
            throw new UnsupportedOperationException("tumbling windows do not merge");
        }
    }

    private static final class Emit extends ProcessWindowFunction<Bar, KeyedValue, String, TimeWindow> {
        private static final long serialVersionUID = 1;
        private transient @Nullable AvroBytes out;

        @Override
        public void process(String symbol, Context context, Iterable<Bar> bars, Collector<KeyedValue> to) {
            if (out == null) {
                out = new AvroBytes();
            }
            long start = context.window().getStart();
            to.collect(KeyedValue.of(symbol, start, bars.iterator().next().encode(out, symbol, start)));
        }
    }
}
