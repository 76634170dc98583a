package io.polaroid.bench.flink;

import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.ResultRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** The as-of join as a keyed co-process function: rows of both sides wait in lists until a timer says that time is complete. */
final class Joined {
    private Joined() {}

    static void add(StreamExecutionEnvironment environment, Task task) {
        Topics.trades(environment, task)
                .connect(Topics.quotes(environment, task))
                .keyBy(trade -> trade.symbol, quote -> quote.symbol)
                .process(new AsOf(task.job().millis()))
                .sinkTo(Topics.results(task));
    }

    /** One timer per second and symbol, not per row: the wait is the same, the timers are far fewer. */
    private static final class AsOf extends KeyedCoProcessFunction<String, InputRow, InputRow, KeyedValue> {
        private static final long serialVersionUID = 1;
        private static final long TIMER_MILLIS = 1_000;
        private final long tolerance;
        private transient ListState<InputRow> trades;
        private transient ListState<InputRow> quotes;
        private transient ValueState<InputRow> last;
        private transient AvroBytes out;

        @SuppressWarnings("NullAway.Init") // Flink calls open before anything else.
        AsOf(long tolerance) {
            this.tolerance = tolerance;
        }

        @Override
        public void open(OpenContext context) {
            trades = getRuntimeContext().getListState(new ListStateDescriptor<>("trades", InputRow.class));
            quotes = getRuntimeContext().getListState(new ListStateDescriptor<>("quotes", InputRow.class));
            last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", InputRow.class));
            out = new AvroBytes();
        }

        @Override
        public void processElement1(InputRow trade, Context context, Collector<KeyedValue> to) throws Exception {
            trades.add(trade);
            wait(trade, context);
        }

        @Override
        public void processElement2(InputRow quote, Context context, Collector<KeyedValue> to) throws Exception {
            quotes.add(quote);
            wait(quote, context);
        }

        private static void wait(InputRow row, Context context) {
            long slot = Math.floorDiv(row.millis, TIMER_MILLIS) * TIMER_MILLIS + TIMER_MILLIS - 1;
            context.timerService().registerEventTimeTimer(slot);
        }

        @Override
        public void onTimer(long time, OnTimerContext context, Collector<KeyedValue> to) throws Exception {
            var left = due(trades, time);
            var right = new ArrayDeque<>(due(quotes, time));
            @Nullable InputRow newest = last.value();
            for (InputRow trade : left) {
                while (!right.isEmpty() && right.peekFirst().millis <= trade.millis) {
                    newest = right.removeFirst();
                }
                boolean near = newest != null && trade.millis - newest.millis <= tolerance;
                double bid = near && newest != null ? newest.price : Double.NaN;
                double ask = near && newest != null ? newest.ask : Double.NaN;
                to.collect(KeyedValue.of(trade.symbol, trade.millis, ResultRows.enriched(out, trade, bid, ask)));
            }
            if (!right.isEmpty()) {
                newest = right.peekLast();
            }
            if (newest != null) {
                last.update(newest);
            }
        }

        /** Takes out the rows up to a time, in order of time and, where it is equal, of arrival. */
        private static List<InputRow> due(ListState<InputRow> rows, long time) throws Exception {
            var due = new ArrayList<InputRow>();
            var later = new ArrayList<InputRow>();
            for (InputRow row : rows.get()) {
                (row.millis <= time ? due : later).add(row);
            }
            rows.update(later);
            due.sort((a, b) -> Long.compare(a.millis, b.millis));
            return due;
        }
    }
}
