package io.polaroid.topology.processor;

import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BatchKey;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.frame.RowFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The records that go out for what a stream does not take: dead letters, and rows on their way to where they belong. Those of one
 * batch that belong in one partition go there in one batch.
 */
final class Refused {
    /** Key and value with this and all around them stay below what a record may have, 1 MiB by default. */
    static final int KEPT_BYTES = 400_000;

    private static final int KEPT_DETAIL = 1_000;
    private static final int BATCH_BYTES = 900_000;

    private final String stream;
    private final StreamFormat format;
    private final RowCodec deadLetters;
    private final int partitions;
    private final int width;
    private final BatchWriter batches;
    private final Map<Integer, List<Row>> misplaced = new TreeMap<>();

    /**
     * What one partition refuses.
     *
     * @param stream stream name
     * @param columns of its rows
     * @param format of its records
     * @param deadLetters codec of the dead-letter topic
     * @param partitions of its topic
     */
    Refused(String stream, StreamColumns columns, StreamFormat format, RowCodec deadLetters, int partitions) {
        this.stream = stream;
        this.format = format;
        this.deadLetters = deadLetters;
        this.partitions = partitions;
        this.width = columns.schema().getFields().size();
        this.batches = BatchWriter.of(columns.schema());
    }

    /** A record that goes where it belongs by its key. */
    Record<Object, Object> rerouted(RowFrame frame, int record, String series) {
        byte[] key = series.getBytes(StandardCharsets.UTF_8);
        return new Record<>(
                new PlacedKey(key, SeriesKey.partition(series, partitions)),
                frame.value(record),
                Math.max(0, frame.timestamp(record)),
                frame.headers(record));
    }

    /** Keeps a row of a batch until {@link #rerouteKept}. */
    void keep(String series, Row row) {
        misplaced
                .computeIfAbsent(SeriesKey.partition(series, partitions), partition -> new ArrayList<>())
                .add(copy(row));
    }

    private ArrayRow copy(Row row) {
        @Nullable Object[] cells = new Object[width];
        for (int i = 0; i < width; i++) {
            cells[i] = row.valueAt(i);
        }
        return new ArrayRow(cells);
    }

    /** Gives the rows of a record that were kept, as batches for their partitions. */
    void rerouteKept(RowFrame frame, int record, Consumer<Record<Object, Object>> each) {
        misplaced.forEach((partition, rows) -> reroute(frame, record, partition, rows, each));
        misplaced.clear();
    }

    private void reroute(
            RowFrame frame, int record, int partition, List<Row> rows, Consumer<Record<Object, Object>> each) {
        byte[] value = batches.write(rows);
        if (value.length > BATCH_BYTES && rows.size() > 1) {
            int half = rows.size() / 2;
            reroute(frame, record, partition, rows.subList(0, half), each);
            reroute(frame, record, partition, rows.subList(half, rows.size()), each);
            return;
        }
        each.accept(new Record<>(
                new PlacedKey(BatchKey.bytes(), partition),
                value,
                Math.max(0, frame.timestamp(record)),
                frame.headers(record)));
    }

    /**
     * A dead letter.
     *
     * @param row the row, where it is one of many in its record
     */
    Record<Object, Object> letter(RowFrame frame, int record, RowTier.Malformed malformed, Optional<Row> row) {
        byte[] value = row.map(cells -> batches.write(List.of(cells))).orElseGet(() -> orNothing(frame.value(record)));
        String place = row.isPresent() ? "row " + format.index(malformed.offset()) + " of the batch: " : "";
        var letter = ArrayRow.of(
                malformed.problem().code().slug(),
                place + detail(frame.key(record), value, malformed.problem()),
                "topic:" + stream,
                stream,
                (long) frame.partition(),
                frame.offset(record),
                cut(frame.key(record)),
                cut(value));
        return new Record<>(
                stream.getBytes(StandardCharsets.UTF_8),
                deadLetters.encode(letter),
                Math.max(0, frame.timestamp(record)),
                frame.headers(record));
    }

    private static byte[] orNothing(byte @Nullable [] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }

    private static String detail(byte @Nullable [] key, byte[] value, Problem problem) {
        var detail = problem.detail();
        if (detail.length() > KEPT_DETAIL) {
            detail = detail.substring(0, KEPT_DETAIL) + " ...";
        }
        boolean whole = length(key) <= KEPT_BYTES && value.length <= KEPT_BYTES;
        return whole
                ? detail
                : detail + "; key and value of " + length(key) + " and " + value.length + " bytes are cut to "
                        + KEPT_BYTES;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte @Nullable [] cut(byte @Nullable [] bytes) {
        return bytes == null || bytes.length <= KEPT_BYTES ? bytes : Arrays.copyOf(bytes, KEPT_BYTES);
    }
}
