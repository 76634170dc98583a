package io.polaroid.schemas.arrow;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of the record that a {@link BatchReader} read last: columns on the heap, and a cursor over them. */
public final class BatchRows implements Row {
    /** Number of a key that has none. */
    public static final int NO_KEY = -1;

    private final List<StreamColumn> columns;
    private final Cells[] cells;
    private final int[] key;
    private final List<LongPool> numbers;
    private final LongPool[] pairs;
    private final Map<Integer, Problem> flaws = new HashMap<>();
    private int[] keys = {};
    private int size;
    private int row;

    BatchRows(List<StreamColumn> columns, List<Integer> key) {
        this.columns = columns;
        this.cells = columns.stream().map(StreamColumn::cells).toArray(Cells[]::new);
        this.key = key.stream().mapToInt(Integer::intValue).toArray();
        this.numbers = new ArrayList<>();
        this.pairs = new LongPool[this.key.length];
        for (int i = 0; i < pairs.length; i++) {
            numbers.add(new LongPool());
            pairs[i] = new LongPool();
        }
    }

    void load(BatchLayout layout, Body body) {
        if (body.batch().nodesLength() != layout.nodes() || body.batch().buffersLength() != layout.allBuffers()) {
            throw NoBatch.malformed("the batch has " + body.batch().nodesLength() + " columns and "
                    + body.batch().buffersLength() + " buffers; by its schema " + layout.nodes() + " and "
                    + layout.allBuffers());
        }
        size = 0;
        flaws.clear();
        requireRoom(layout, body);
        for (int i = 0; i < columns.size(); i++) {
            Cells column = cells[i];
            column.reserve(body.rows());
            layout.readers().get(i).read(body, layout.buffers()[i], column, flaws);
            if (column.hasNulls && !columns.get(i).isNullable()) {
                demand(columns.get(i).name(), column, body.rows());
            }
        }
        size = body.rows();
        number();
    }

    /** A batch whose columns are all left out could be said to have any number of rows. */
    private static void requireRoom(BatchLayout layout, Body body) {
        boolean isBounded = layout.readers().stream().anyMatch(reader -> !(reader instanceof ColumnReader.Absent));
        if (!isBounded || body.rows() > 8 * body.length()) {
            throw NoBatch.malformed("a batch of " + body.length() + " bytes is said to have " + body.rows() + " rows");
        }
    }

    private void demand(String name, Cells column, int rows) {
        for (int i = 0; i < rows; i++) {
            if (column.nulls[i]) {
                flaws.putIfAbsent(i, Problem.of(ProblemCode.MISSING_FIELD, name + " is null"));
            }
        }
    }

    /** Gives each row the number of its key, where its key columns are texts and whole numbers that are kept. */
    private void number() {
        if (keys.length < size) {
            keys = new int[size];
        }
        for (int k = 0; k < key.length; k++) {
            Cells column = cells[key[k]];
            for (int i = 0; i < size; i++) {
                int code = code(column, k, i);
                if (k == 0) {
                    keys[i] = code;
                } else {
                    keys[i] = code < 0 || keys[i] < 0 ? NO_KEY : pairs[k].code((long) keys[i] << 32 | code);
                }
            }
        }
    }

    private int code(Cells column, int place, int index) {
        if (column.nulls[index]) {
            return NO_KEY;
        }
        if (column.isNumber) {
            return column.isFloating ? NO_KEY : numbers.get(place).code(column.bits[index]);
        }
        return column.objects[index] instanceof String ? column.codes[index] : NO_KEY;
    }

    /** How many rows. */
    public int size() {
        return size;
    }

    /** A number that rows of this reader have in common if their key columns are equal; {@link #NO_KEY} where it keeps none. */
    public int key(int index) {
        return keys[index];
    }

    /** What is wrong with the cells of a row, beyond what the stream's rules say. */
    public Optional<Problem> flaw(int index) {
        return flaws.isEmpty() ? Optional.empty() : Optional.ofNullable(flaws.get(index));
    }

    /** Moves the cursor to a row. */
    public Row at(int index) {
        row = index;
        return this;
    }

    /** Whether cells of a column may be null. */
    public boolean hasNulls(int column) {
        return cells[column].hasNulls;
    }

    /** Copies which cells of a column are null. */
    public void copyNulls(int column, boolean[] target, int at) {
        System.arraycopy(cells[column].nulls, 0, target, at, size);
    }

    /** Copies the cells of a column of numbers: doubles as their bits. */
    public void copyBits(int column, long[] target, int at) {
        System.arraycopy(cells[column].bits, 0, target, at, size);
    }

    /** Copies the cells of a column of other things, as {@link Row#valueAt} gives them where they are not null. */
    public void copyObjects(int column, @Nullable Object[] target, int at) {
        System.arraycopy(cells[column].objects, 0, target, at, size);
    }

    @Override
    public boolean isNull(int column) {
        return cells[column].nulls[row];
    }

    @Override
    public long longAt(int column) {
        Cells of = cells[column];
        return of.isFloating ? (long) Double.longBitsToDouble(of.bits[row]) : of.isNumber ? of.bits[row] : 0;
    }

    @Override
    public double doubleAt(int column) {
        Cells of = cells[column];
        if (of.isNumber) {
            return of.isFloating ? Double.longBitsToDouble(of.bits[row]) : of.bits[row];
        }
        return !of.nulls[row] && of.objects[row] instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    @Override
    public @Nullable Object valueAt(int column) {
        return cells[column].valueAt(row);
    }
}
