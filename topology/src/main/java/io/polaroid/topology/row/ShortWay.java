package io.polaroid.topology.row;

import io.polaroid.schemas.avro.CellRow;
import io.polaroid.schemas.avro.RowReader;
import io.polaroid.schemas.stream.FeedIds;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.store.RawRows;
import io.polaroid.store.RowIntake.Taken;
import io.polaroid.timeseries.row.Row;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Takes the rows of known series without an object per row; what is not plainly such a row it leaves to the long way. */
final class ShortWay implements Taken {
    private final StreamRules rules;
    private final StreamColumns columns;
    private final RowReader reader;
    private final KnownSeries known;
    private final boolean wholeId;
    private int number;
    private long id;

    ShortWay(StreamRules rules, RowReader reader) {
        this.rules = rules;
        this.columns = rules.columns();
        this.reader = reader;
        this.known = new KnownSeries(columns);
        this.wholeId = columns.id().isPresent()
                && columns.schema().getFields().get(columns.id().getAsInt()).getType() instanceof ArrowType.Int;
    }

    /** Notes a series by one of its rows, which has the right key and partition. */
    void learn(int partition, String series, Row row) {
        known.learn(partition, series, row);
    }

    boolean take(RawRows records, int index) {
        number = known.find(records, index);
        int length = records.valueLength(index);
        return number >= 0
                && length >= 0
                && reader.read(records.valueBytes(index), records.valueFrom(index), length)
                && known.isOf(number, reader.row())
                && rules.isFlawless(reader.row())
                && hasPlainId(reader.row());
    }

    private boolean hasPlainId(CellRow row) {
        id = NO_ID;
        if (columns.id().isEmpty() || row.isNull(columns.id().getAsInt())) {
            return true;
        }
        if (!wholeId) {
            return false;
        }
        id = row.longAt(columns.id().getAsInt());
        return FeedIds.isNumber(id);
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public String series() {
        return known.name(number);
    }

    @Override
    public long timeNanos() {
        return columns.timeNanos(reader.row());
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Row row() {
        return reader.row();
    }
}
