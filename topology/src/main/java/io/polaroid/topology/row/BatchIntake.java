package io.polaroid.topology.row;

import io.polaroid.schemas.arrow.BatchReader;
import io.polaroid.schemas.arrow.BatchRows;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.stream.FeedIds;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.store.RowBatch;
import io.polaroid.store.RowIntake;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * What a stream accepts whose records hold many rows each: of a record that is an Arrow batch, the rows with a time, finite numbers, and
 * all checks satisfied, that belong in its partition by their own key columns. Record keys say nothing about rows.
 */
public final class BatchIntake implements RowIntake {
    private final StreamRules rules;
    private final BatchReader reader;
    private final Opened opened;

    private BatchIntake(StreamRules rules) {
        this.rules = rules;
        this.reader = BatchReader.of(rules.columns().schema(), rules.columns().key());
        this.opened = new Opened();
    }

    static BatchIntake of(StreamRules rules) {
        return new BatchIntake(rules);
    }

    @Override
    public StreamFormat format() {
        return StreamFormat.ARROW;
    }

    @Override
    public Optional<RowBatch> open(int partition, byte[] bytes, int from, int length) {
        if (length < 0 || !(reader.read(bytes, from, length) instanceof Result.Ok<BatchRows> ok)) {
            return Optional.empty();
        }
        opened.begin(partition, ok.value());
        return Optional.of(opened);
    }

    @Override
    public Intake admit(int partition, byte @Nullable [] key, byte @Nullable [] value) {
        if (value == null) {
            return key != null && ControlRecord.isControl(key) ? StreamIntake.control(key) : StreamIntake.noValue();
        }
        return switch (reader.read(value, 0, value.length)) {
            case Result.Err<BatchRows> err -> new MalformedIn(err.problem());
            case Result.Ok<BatchRows> ok ->
                throw new IllegalArgumentException("a record of " + ok.value().size() + " rows is to be opened");
        };
    }

    /**
     * A series that rows were found to be of.
     *
     * @param partition where its rows belong
     */
    private record Known(String name, int partition) {}

    /** The record in hand. */
    private final class Opened implements RowBatch, Taken {
        private static final Known UNKNOWN = new Known("", -1);

        /** By the numbers that the reader gives keys. */
        private final List<Known> series = new ArrayList<>();

        private final int idColumn = rules.columns().id().orElse(-1);
        private final boolean wholeId = idColumn >= 0
                && rules.columns().schema().getFields().get(idColumn).getType() instanceof ArrowType.Int;
        private @Nullable BatchRows rows;
        private int partition;
        private int index;
        private long id;

        void begin(int partition, BatchRows rows) {
            this.partition = partition;
            this.rows = rows;
        }

        @Override
        public BatchRows rows() {
            BatchRows now = rows;
            if (now == null) {
                throw new IllegalStateException("no record was opened");
            }
            return now;
        }

        @Override
        public Intake admit(int index) {
            Optional<Problem> flaw = rows().flaw(index);
            if (flaw.isPresent()) {
                return new MalformedIn(flaw.get());
            }
            Row row = rows().at(index);
            return switch (rules.judge(partition, row)) {
                case StreamRules.Fits fits -> {
                    learn(rows().key(index), fits.series());
                    yield new RowIn(fits.series(), fits.timeNanos(), fits.id().orElse(null), row);
                }
                case StreamRules.Misrouted misrouted -> new MisroutedIn(misrouted.series());
                case StreamRules.Flawed flawed -> new MalformedIn(flawed.problem());
            };
        }

        private void learn(int number, String name) {
            if (number == BatchRows.NO_KEY) {
                return;
            }
            while (series.size() <= number) {
                series.add(UNKNOWN);
            }
            series.set(number, new Known(name, partition));
        }

        @Override
        public boolean take(int index) {
            this.index = index;
            int number = rows().key(index);
            return number >= 0
                    && number < series.size()
                    && series.get(number).partition() == partition
                    && rows().flaw(index).isEmpty()
                    && rules.isFlawless(rows().at(index))
                    && hasPlainId();
        }

        private boolean hasPlainId() {
            id = NO_ID;
            if (idColumn < 0 || rows().isNull(idColumn)) {
                return true;
            }
            if (!wholeId) {
                return false;
            }
            id = rows().longAt(idColumn);
            return FeedIds.isNumber(id);
        }

        @Override
        public Taken taken() {
            return this;
        }

        @Override
        public int number() {
            return rows().key(index);
        }

        @Override
        public String series() {
            return series.get(number()).name();
        }

        @Override
        public long timeNanos() {
            return columns().timeNanos(rows());
        }

        private StreamColumns columns() {
            return rules.columns();
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public Row row() {
            return rows();
        }
    }
}
