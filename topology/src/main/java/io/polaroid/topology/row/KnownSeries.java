package io.polaroid.topology.row;

import io.polaroid.schemas.avro.CellRow;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.RawRows;
import io.polaroid.timeseries.row.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * The series whose key and partition were found right once, by the bytes of their record keys: a row with one of these keys and
 * the same key cells is right too, without making the text of its key. For keys of texts and whole numbers.
 */
final class KnownSeries {
    private final int[] keyColumns;
    private final boolean fits;
    private final List<Known> all = new ArrayList<>();
    private int[] slots = new int[64];

    /**
     * One series.
     *
     * @param partition where its rows belong
     * @param key its record key
     * @param texts its key cells that are texts, as they are and in UTF-8; null for whole numbers
     * @param numbers its key cells that are whole numbers
     */
    private record Known(
            String name, int partition, byte[] key, @Nullable String[] texts, byte[][] bytes, long[] numbers) {}

    KnownSeries(StreamColumns columns) {
        this.keyColumns =
                columns.key().stream().mapToInt(Integer::intValue).toArray();
        this.fits = columns.keyFields().stream()
                .allMatch(field ->
                        field.getType() instanceof ArrowType.Utf8 || field.getType() instanceof ArrowType.Int);
    }

    String name(int number) {
        return all.get(number).name();
    }

    /** Notes a series by one of its rows, which has the right key and partition. */
    void learn(int partition, String name, Row row) {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        if (!fits || find(partition, key, 0, key.length) >= 0) {
            return;
        }
        var texts = new @Nullable String[keyColumns.length];
        var bytes = new byte[keyColumns.length][];
        var numbers = new long[keyColumns.length];
        for (int i = 0; i < keyColumns.length; i++) {
            switch (row.valueAt(keyColumns[i])) {
                case String text -> {
                    texts[i] = text;
                    bytes[i] = text.getBytes(StandardCharsets.UTF_8);
                }
                case Long number -> {
                    numbers[i] = number;
                    bytes[i] = new byte[0];
                }
                case null, default -> {
                    return;
                }
            }
        }
        all.add(new Known(name, partition, key, texts, bytes, numbers));
        if (2 * all.size() > slots.length) {
            slots = new int[slots.length * 2];
            for (int i = 0; i < all.size(); i++) {
                byte[] known = all.get(i).key();
                slots[slot(known, 0, known.length)] = i + 1;
            }
        } else {
            slots[slot(key, 0, key.length)] = all.size();
        }
    }

    /** Number of the series with a record's key, or -1. */
    int find(RawRows records, int index) {
        int length = records.keyLength(index);
        return length < 0 ? -1 : find(records.partition(), records.keyBytes(index), records.keyFrom(index), length);
    }

    private int find(int partition, byte[] bytes, int from, int length) {
        int found = slots[slot(bytes, from, length)] - 1;
        return found >= 0 && all.get(found).partition() == partition ? found : -1;
    }

    /** Whether a row has the key cells of a series; its texts become those of the series, so that they are made once. */
    boolean isOf(int number, CellRow row) {
        Known series = all.get(number);
        for (int i = 0; i < keyColumns.length; i++) {
            int column = keyColumns[i];
            String text = series.texts()[i];
            if (text == null) {
                if (row.isNull(column) || row.longAt(column) != series.numbers()[i]) {
                    return false;
                }
            } else if (!row.replaceText(column, series.bytes()[i], text)) {
                return false;
            }
        }
        return true;
    }

    /** The slot of a key, or the free one where it would be. */
    private int slot(byte[] bytes, int from, int length) {
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ hash >>> 15) * 0x9E3779B1 >>> 7 & slots.length - 1;
        while (slots[slot] != 0) {
            byte[] known = all.get(slots[slot] - 1).key();
            if (Arrays.equals(known, 0, known.length, bytes, from, from + length)) {
                return slot;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }
}
