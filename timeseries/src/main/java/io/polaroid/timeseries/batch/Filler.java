package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Validity;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Writes columns of windows out again with the windows that held no rows. */
final class Filler {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    private final GapWindows gaps;
    private final Made made;

    Filler(GapWindows gaps, Made made) {
        this.gaps = gaps;
        this.made = made;
    }

    /** The type of a column with this fill. */
    static Field field(Field column, Fill fill) {
        return fill instanceof Fill.Linear ? Field.nullable(column.getName(), FLOAT) : column;
    }

    /** Why a column cannot have a fill; empty if it can. */
    static String refusal(Field column, Fill fill, Field of) {
        boolean number =
                column.getType() instanceof ArrowType.Int || column.getType() instanceof ArrowType.FloatingPoint;
        return switch (fill) {
            case Fill.None none -> "";
            case Fill.Null none -> "";
            case Fill.Previous previous -> previous.limit() < 1 ? "its limit is below 1" : "";
            case Fill.PreviousOf previous ->
                previous.limit() < 1
                        ? "its limit is below 1"
                        : number && of.getType().equals(column.getType())
                                ? ""
                                : "column '" + of.getName() + "' is not a number of the same type";
            case Fill.Linear linear ->
                linear.limit() < 1 ? "its limit is below 1" : number ? "" : "only numbers lie on a line";
            case Fill.Constant constant -> refusal(column, constant);
        };
    }

    private static String refusal(Field column, Fill.Constant constant) {
        boolean fits = switch (column.getType()) {
            case ArrowType.Int whole ->
                constant.value() instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue());
            case ArrowType.FloatingPoint number -> constant.value() instanceof Number;
            case ArrowType.Bool truth -> constant.value() instanceof Boolean;
            default -> false;
        };
        if (constant.limit() < 1) {
            return "its limit is below 1";
        }
        return fits ? "" : constant.value() + " is no value of a column of " + column.getType();
    }

    void write(VectorSchemaRoot windows, int column, Fill fill) {
        FieldVector from = windows.getVector(column);
        switch (fill) {
            case Fill.None none -> made.gather(from, gaps.sources(), from.getField());
            case Fill.Null none -> made.gather(from, gaps.sources(), from.getField());
            case Fill.Previous previous -> {
                int[] rows = previous(from, previous.limit());
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = gaps.sources()[i] >= 0 ? gaps.sources()[i] : rows[i];
                }
                made.gather(from, rows, from.getField());
            }
            case Fill.PreviousOf previous -> of(from, windows.getVector(previous.column()), previous.limit());
            case Fill.Linear linear -> linear(from, linear.limit());
            case Fill.Constant constant -> constant(from, constant);
        }
    }

    /** The row that each window without rows is read from. */
    private int[] previous(FieldVector carried, int limit) {
        Column has = Column.of(carried);
        int[] rows = new int[gaps.count()];
        int held = Gather.NULL;
        int filled = 0;
        for (int i = 0; i < rows.length; i++) {
            int source = gaps.sources()[i];
            if (gaps.isFirstOfGroup(i)) {
                held = Gather.NULL;
            }
            if (source >= 0) {
                held = has.isNull(source) ? held : source;
                filled = 0;
                rows[i] = Gather.NULL;
            } else {
                rows[i] = filled < limit ? held : Gather.NULL;
                filled++;
            }
        }
        return rows;
    }

    private void of(FieldVector own, FieldVector carried, int limit) {
        int[] rows = previous(carried, limit);
        Column ownCells = Column.of(own);
        Column carriedCells = Column.of(carried);
        Validity valid = Validity.none(rows.length);
        if (ownCells.isFloat()) {
            double[] cells = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                int source = gaps.sources()[i];
                Column from = source >= 0 ? ownCells : carriedCells;
                int row = source >= 0 ? source : rows[i];
                if (row >= 0 && !from.isNull(row)) {
                    valid.set(i);
                    cells[i] = from.doubleAt(row);
                }
            }
            made.doubles(own.getField(), cells, valid);
            return;
        }
        long[] cells = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int source = gaps.sources()[i];
            Column from = source >= 0 ? ownCells : carriedCells;
            int row = source >= 0 ? source : rows[i];
            if (row >= 0 && !from.isNull(row)) {
                valid.set(i);
                cells[i] = from.longAt(row);
            }
        }
        made.longs(own.getField(), cells, valid);
    }

    private void linear(FieldVector from, int limit) {
        Column own = Column.of(from);
        int[] sources = gaps.sources();
        double[] cells = new double[sources.length];
        Validity valid = Validity.none(sources.length);
        int before = -1;
        for (int i = 0; i < sources.length; i++) {
            before = gaps.isFirstOfGroup(i) ? -1 : before;
            if (sources[i] < 0 || own.isNull(sources[i])) {
                continue;
            }
            cells[i] = own.doubleAt(sources[i]);
            valid.set(i);
            if (before >= 0) {
                between(cells, valid, before, i, limit);
            }
            before = i;
        }
        made.doubles(field(from.getField(), new Fill.Linear(limit)), cells, valid);
    }

    private void between(double[] cells, Validity valid, int from, int to, int limit) {
        double length = gaps.starts()[to] - gaps.starts()[from];
        int filled = 0;
        for (int i = from + 1; i < to; i++) {
            filled = gaps.sources()[i] < 0 ? filled + 1 : 0;
            if (gaps.sources()[i] < 0 && filled <= limit) {
                double part = (gaps.starts()[i] - gaps.starts()[from]) / length;
                cells[i] = cells[from] + (cells[to] - cells[from]) * part;
                valid.set(i);
            }
        }
    }

    private void constant(FieldVector from, Fill.Constant constant) {
        Column own = Column.of(from);
        int[] sources = gaps.sources();
        Validity valid = Validity.none(sources.length);
        double[] numbers = new double[own.isFloat() ? sources.length : 0];
        long[] wholes = new long[own.isFloat() ? 0 : sources.length];
        int filled = 0;
        for (int i = 0; i < sources.length; i++) {
            filled = sources[i] < 0 ? filled + 1 : 0;
            boolean has = sources[i] >= 0 ? !own.isNull(sources[i]) : filled <= constant.limit();
            valid.put(i, has);
            if (has && own.isFloat()) {
                numbers[i] = sources[i] >= 0 ? own.doubleAt(sources[i]) : ((Number) constant.value()).doubleValue();
            } else if (has) {
                wholes[i] = sources[i] >= 0 ? own.longAt(sources[i]) : whole(constant.value());
            }
        }
        if (own.isFloat()) {
            made.doubles(from.getField(), numbers, valid);
        } else {
            made.longs(from.getField(), wholes, valid);
        }
    }

    private static long whole(Object value) {
        return value instanceof Number number ? number.longValue() : Boolean.TRUE.equals(value) ? 1 : 0;
    }
}
