package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.StagedResults;
import io.polaroid.timeseries.row.Row;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The cells of a joined row: those of the left one, of the right one, and what tells left rows of equal time apart. */
final class JoinedCells {
    private static final int NO_KEY = -1;

    private final Copied[] left;
    private final Copied[] right;
    private final int[] keyColumns;
    private final int rightTime;

    /** How a cell is copied without making an object of it, if it can be. */
    private enum Kind {
        WHOLE,
        FLOATING,
        OBJECT
    }

    /**
     * A column that is taken over.
     *
     * @param column its position in the input
     * @param key its place among the key columns, which are the same for all rows of a series; or {@link #NO_KEY}
     */
    private record Copied(int column, Kind kind, int key) {
        static Copied of(StreamColumns input, int column, int key) {
            var kind = switch (input.schema().getFields().get(column).getType()) {
                case ArrowType.Int type -> Kind.WHOLE;
                case ArrowType.Timestamp type -> Kind.WHOLE;
                case ArrowType.Date type -> Kind.WHOLE;
                case ArrowType.Time type -> Kind.WHOLE;
                case ArrowType.FloatingPoint type -> Kind.FLOATING;
                default -> Kind.OBJECT;
            };
            return new Copied(column, kind, key);
        }

        void copy(StagedResults target, int at, int to, Row row) {
            if (row.isNull(column)) {
                target.set(at, to, null);
                return;
            }
            switch (kind) {
                case WHOLE -> target.setLong(at, to, row.longAt(column));
                case FLOATING -> target.setDouble(at, to, row.doubleAt(column));
                case OBJECT -> target.set(at, to, row.valueAt(column));
            }
        }
    }

    JoinedCells(StreamColumns left, StreamColumns right) {
        this.keyColumns = left.key().stream().mapToInt(Integer::intValue).toArray();
        this.left = left.joined().stream()
                .map(column -> Copied.of(left, column, left.key().indexOf(column)))
                .toArray(Copied[]::new);
        List<Integer> rightColumns = ViewSchema.rightColumns(right);
        this.right = rightColumns.stream()
                .map(column -> Copied.of(right, column, NO_KEY))
                .toArray(Copied[]::new);
        this.rightTime = this.left.length + rightColumns.indexOf(right.time());
    }

    /** Position of the right time, which is null where nothing matches. */
    int rightTime() {
        return rightTime;
    }

    /** The key cells of a left row. */
    @Nullable
    Object[] keyCells(Row row) {
        @Nullable Object[] cells = new Object[keyColumns.length];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = row.valueAt(keyColumns[i]);
        }
        return cells;
    }

    void setLeft(StagedResults target, int at, Row row, @Nullable Object[] keyCells) {
        for (int i = 0; i < left.length; i++) {
            if (left[i].key() == NO_KEY) {
                left[i].copy(target, at, i, row);
            } else {
                target.set(at, i, keyCells[left[i].key()]);
            }
        }
    }

    void setRight(StagedResults target, int at, Row row) {
        for (int i = 0; i < right.length; i++) {
            right[i].copy(target, at, left.length + i, row);
        }
    }

    void setNoRight(StagedResults target, int at) {
        for (int i = 0; i < right.length; i++) {
            target.set(at, left.length + i, null);
        }
    }

    void setSequence(StagedResults target, int at, long sequence) {
        target.setLong(at, left.length + right.length, sequence);
    }

    /** Sets the left cells of a result that is in the tier. */
    void setLeft(ResultTier target, int result, Row row, long sequence) {
        for (int i = 0; i < left.length; i++) {
            target.set(result, i, row.valueAt(left[i].column()));
        }
        target.set(result, left.length + right.length, sequence);
    }

    /** Sets the right cells of a result that is in the tier. */
    void setRight(ResultTier target, int result, @Nullable Row row) {
        for (int i = 0; i < right.length; i++) {
            target.set(result, left.length + i, row == null ? null : row.valueAt(right[i].column()));
        }
    }
}
