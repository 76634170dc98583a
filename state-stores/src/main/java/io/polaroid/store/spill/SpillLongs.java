package io.polaroid.store.spill;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An array of longs of a length that is a power of two, zeros at first: on the heap, or in a file as a whole. */
public final class SpillLongs {
    private static final int PAGE_SHIFT = Spill.PAGE_SHIFT - 1;
    private static final int PAGE_LONGS = 1 << PAGE_SHIFT;
    private static final int PAGE_CLASS = Spill.classOf(Spill.PAGE_INTS);

    private final Spill spill;
    private final int length;
    private long @Nullable [] heap;
    private int[] pages = {};

    private SpillLongs(Spill spill, int length) {
        this.spill = spill;
        this.length = length;
    }

    /** Zeros. */
    public static SpillLongs of(Spill spill, int length) {
        var made = new SpillLongs(spill, length);
        if (!spill.isWanted((long) length * Long.BYTES) || !made.toFile()) {
            made.heap = new long[length];
            spill.changeMovable((long) length * Long.BYTES);
        }
        return made;
    }

    /** How many. */
    public int length() {
        return length;
    }

    /** The value at {@code index}. */
    public long get(int index) {
        long[] here = heap;
        return here != null ? here[index] : spill.longAt(pages[index >> PAGE_SHIFT], index & PAGE_LONGS - 1);
    }

    /** Sets the value at {@code index}. */
    public void set(int index, long value) {
        long[] here = heap;
        if (here != null) {
            here[index] = value;
        } else {
            spill.setLong(pages[index >> PAGE_SHIFT], index & PAGE_LONGS - 1, value);
        }
    }

    /** Moves the values to a file; where there is no room, or it is not worth it, they stay on the heap. */
    public void spill() {
        long[] values = heap;
        if (values != null && length >= PAGE_LONGS && toFile()) {
            heap = null;
            spill.changeMovable(-(long) length * Long.BYTES);
            for (int i = 0; i < length; i++) {
                set(i, values[i]);
            }
        }
    }

    private boolean toFile() {
        var extents = new int[length >> PAGE_SHIFT];
        int made = 0;
        try {
            for (; made < extents.length; made++) {
                extents[made] = spill.allocate(PAGE_CLASS);
                for (int i = 0; i < PAGE_LONGS; i++) {
                    spill.setLong(extents[made], i, 0);
                }
            }
        } catch (IOException e) {
            for (int i = 0; i < made; i++) {
                spill.free(extents[i], PAGE_CLASS);
            }
            spill.failed(e);
            return false;
        }
        pages = extents;
        spill.changeFixed((long) extents.length * Integer.BYTES);
        return true;
    }

    /** Ends the use of it: what it has is free for others. */
    public void free() {
        if (heap != null) {
            heap = null;
            spill.changeMovable(-(long) length * Long.BYTES);
        }
        for (int page : pages) {
            spill.free(page, PAGE_CLASS);
        }
        spill.changeFixed(-(long) pages.length * Integer.BYTES);
        pages = new int[0];
    }
}
