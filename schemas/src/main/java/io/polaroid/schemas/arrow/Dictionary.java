package io.polaroid.schemas.arrow;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Map;

/** Reads a column of numbers that stand for texts of a dictionary, which came in a message before. */
final class Dictionary implements ColumnReader {
    /** Text that a column may come to: a few bytes of numbers can stand for long texts in each row. */
    static final long MOST_BYTES = 32L << 20;

    private final String name;
    private final Whole indexes;
    private final Text texts;
    private final Cells numbers = new Cells(true, false);
    private final Cells values = new Cells(false, false);
    private int[] lengths = {};
    private int size = -1;

    Dictionary(String name, Whole indexes, Text texts) {
        this.name = name;
        this.indexes = indexes;
        this.texts = texts;
    }

    /** Forgets the texts of the record before. */
    void forget() {
        size = -1;
    }

    /** Takes the texts, whose flaws are those of the rows that have them. */
    void load(Body body) {
        if (body.batch().nodesLength() != 1 || body.batch().buffersLength() != 3) {
            throw NoBatch.malformed(
                    "the dictionary of " + name + " has " + body.batch().nodesLength() + " columns and "
                            + body.batch().buffersLength() + " buffers");
        }
        values.reserve(body.rows());
        if (lengths.length < body.rows()) {
            lengths = new int[body.rows()];
        }
        values.hasNulls = body.nulls(0, values.nulls);
        var places = Places.of(body, 1, texts.large());
        for (int i = 0; i < body.rows(); i++) {
            values.codes[i] = TextPool.NONE;
            lengths[i] = values.nulls[i] ? 0 : places.length(i);
            if (!values.nulls[i]) {
                // Symbols are looked at in the rows: a dictionary may hold what no row has.
                var text = TextPool.decode(body.bytes(), places.from(i), places.length(i));
                values.codes[i] = text.isEmpty()
                        ? TextPool.NONE
                        : texts.pool().code(body.bytes(), places.from(i), places.length(i));
                values.objects[i] = values.codes[i] == TextPool.NONE
                        ? text.orElse(null)
                        : texts.pool().text(values.codes[i]);
            }
        }
        size = body.rows();
    }

    @Override
    public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
        if (size < 0) {
            throw NoBatch.malformed("the dictionary of " + name + " is missing; each record holds its own");
        }
        numbers.reserve(body.rows());
        indexes.read(body, buffer, numbers, flaws);
        cells.hasNulls = numbers.hasNulls;
        long bytes = 0;
        for (int i = 0; i < body.rows(); i++) {
            cells.nulls[i] = numbers.nulls[i];
            cells.codes[i] = TextPool.NONE;
            cells.objects[i] = null;
            if (cells.nulls[i]) {
                continue;
            }
            long index = numbers.bits[i];
            if (index < 0 || index >= size) {
                throw NoBatch.malformed(name + " has number " + index + " of a dictionary of " + size);
            }
            bytes += lengths[(int) index];
            take((int) index, cells, i, flaws);
        }
        if (bytes > MOST_BYTES) {
            throw NoBatch.malformed(name + " comes to " + bytes + " bytes of text, more than " + MOST_BYTES
                    + "; write smaller batches");
        }
    }

    private void take(int index, Cells cells, int row, Map<Integer, Problem> flaws) {
        if (values.nulls[index]) {
            cells.nulls[row] = true;
            cells.hasNulls = true;
        } else if (values.objects[index] instanceof String text) {
            cells.codes[row] = values.codes[index];
            cells.objects[row] = text;
            if (!texts.symbols().isEmpty() && !texts.symbols().contains(text)) {
                ColumnReader.flaw(
                        cells,
                        row,
                        flaws,
                        ProblemCode.WRONG_TYPE,
                        name + " is \"" + text + "\", which is no symbol of its enum");
            }
        } else {
            ColumnReader.flaw(cells, row, flaws, ProblemCode.MALFORMED_RECORD, name + " is a text that is not UTF-8");
        }
    }
}
