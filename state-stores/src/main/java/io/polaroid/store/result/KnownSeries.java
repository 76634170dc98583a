package io.polaroid.store.result;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers of series by the bytes of their names, while a changelog is read: no text is made for each of its rows. */
final class KnownSeries {
    private static final int LEAST = 64;

    private byte[][] names = new byte[LEAST][];
    private int[] numbers = new int[LEAST];
    private int used;

    /** The number of a series, of one that is new too. */
    int number(byte[] name, RowIndex index) {
        int slot = slot(name);
        if (names[slot] == null) {
            if (++used * 2 > names.length) {
                grow();
                slot = slot(name);
            }
            names[slot] = name;
            numbers[slot] = index.number(new String(name, StandardCharsets.UTF_8));
        }
        return numbers[slot];
    }

    /** Where a name is, or goes. */
    private int slot(byte[] name) {
        int mixed = Arrays.hashCode(name) * 0x9E3779B1;
        int slot = (mixed ^ mixed >>> 15) & names.length - 1;
        while (names[slot] != null && !Arrays.equals(names[slot], name)) {
            slot = slot + 1 & names.length - 1;
        }
        return slot;
    }

    private void grow() {
        byte[][] known = names;
        int[] knownNumbers = numbers;
        names = new byte[known.length * 2][];
        numbers = new int[known.length * 2];
        for (int i = 0; i < known.length; i++) {
            if (known[i] != null) {
                int slot = slot(known[i]);
                names[slot] = known[i];
                numbers[slot] = knownNumbers[i];
            }
        }
    }

    /** Forgets all; they cost nothing then. */
    void clear() {
        if (used > 0) {
            names = new byte[LEAST][];
            numbers = new int[LEAST];
            used = 0;
        }
    }
}
