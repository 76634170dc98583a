package io.polaroid.store.spill;

import static io.polaroid.store.spill.Spill.PAGE_INTS;
import static io.polaroid.store.spill.Spill.PAGE_SHIFT;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** A growing array of ints: the first ones in a file once {@link #spill} was called, the others on the heap. */
public final class SpillInts {
    private static final int[] NONE = {};
    private static final int LEAST_TAIL = 4;

    private final Spill spill;

    /** Extents of the ints that are in a file, all but the last of a page. */
    private int[] pages = NONE;

    private int pageCount;
    private int lastClass;
    private int spilled;
    private int[] tail = NONE;
    private int tailSize;

    /** An empty array. */
    public SpillInts(Spill spill) {
        this.spill = spill;
    }

    /** How many. */
    public int size() {
        return spilled + tailSize;
    }

    /** The value at {@code index}. */
    public int get(int index) {
        return index < spilled ? spilledAt(index) : tail[index - spilled];
    }

    private int spilledAt(int index) {
        return spill.intAt(pages[index >> PAGE_SHIFT], index & PAGE_INTS - 1);
    }

    /** Sets the value at {@code index}. */
    public void set(int index, int value) {
        if (index < spilled) {
            spill.setInt(pages[index >> PAGE_SHIFT], index & PAGE_INTS - 1, value);
        } else {
            tail[index - spilled] = value;
        }
    }

    /** Adds a value behind the others. */
    public void add(int value) {
        insertInTail(tailSize, value);
    }

    /** Puts a value at {@code index} and moves those behind it. */
    public void insert(int index, int value) {
        if (index >= spilled) {
            insertInTail(index - spilled, value);
            return;
        }
        int last = spilledAt(spilled - 1);
        int page = spilled - 1 >> PAGE_SHIFT;
        int target = index >> PAGE_SHIFT;
        for (int end = spilled - 1 & PAGE_INTS - 1; page > target; page--, end = PAGE_INTS - 1) {
            spill.copy(pages[page], 0, pages[page], 1, end);
            spill.setInt(pages[page], 0, spill.intAt(pages[page - 1], PAGE_INTS - 1));
        }
        int from = index & PAGE_INTS - 1;
        int end = Math.min(spilled - (target << PAGE_SHIFT), PAGE_INTS) - 1;
        spill.copy(pages[target], from, pages[target], from + 1, end - from);
        spill.setInt(pages[target], from, value);
        insertInTail(0, last);
    }

    private void insertInTail(int index, int value) {
        if (tailSize == tail.length) {
            resizeTail(tailSize + Math.max(LEAST_TAIL, tailSize / 2));
        }
        System.arraycopy(tail, index, tail, index + 1, tailSize - index);
        tail[index] = value;
        tailSize++;
    }

    private void resizeTail(int length) {
        spill.changeMovable((long) (length - tail.length) * Integer.BYTES);
        tail = length == 0 ? NONE : Arrays.copyOf(tail, length);
    }

    /** Replaces each value {@code v} by {@code moved(v)}, without those that become negative. */
    public void renumber(IntUnaryOperator moved) {
        int kept = 0;
        int size = size();
        for (int i = 0; i < size; i++) {
            int value = moved.applyAsInt(get(i));
            if (value >= 0) {
                set(kept++, value);
            }
        }
        cut(kept);
    }

    private void cut(int size) {
        tailSize = Math.max(0, size - spilled);
        spilled = Math.min(spilled, size);
        int needed = spilled + PAGE_INTS - 1 >> PAGE_SHIFT;
        while (pageCount > needed) {
            spill.free(pages[--pageCount], lastClass);
            lastClass = Spill.classOf(PAGE_INTS);
        }
    }

    /** Takes each value in order. */
    public void forEach(IntConsumer action) {
        int size = size();
        for (int i = 0; i < size; i++) {
            action.accept(get(i));
        }
    }

    /** Moves the values to a file; where there is no room they stay on the heap. */
    public void spill() {
        int done = 0;
        try {
            while (done < tailSize) {
                int within = spilled & PAGE_INTS - 1;
                int count = Math.min(PAGE_INTS - within, tailSize - done);
                makeRoom(within, within + count);
                spill.copy(tail, done, pages[pageCount - 1], within, count);
                spilled += count;
                done += count;
            }
        } catch (IOException e) {
            spill.failed(e);
        }
        System.arraycopy(tail, done, tail, 0, tailSize - done);
        tailSize -= done;
        if (tailSize == 0) {
            resizeTail(0);
        }
    }

    /** Makes the last extent one that holds {@code count} ints, of which it has {@code within}. */
    private void makeRoom(int within, int count) throws IOException {
        int wanted = Spill.classOf(count);
        if (within == 0 && pageCount << PAGE_SHIFT == spilled) {
            int extent = spill.allocate(wanted);
            if (pageCount == pages.length) {
                int length = pageCount == 0 ? 1 : pageCount + pageCount / 2 + 1;
                spill.changeFixed((long) (length - pages.length) * Integer.BYTES);
                pages = Arrays.copyOf(pages, length);
            }
            pages[pageCount++] = extent;
            lastClass = wanted;
        } else if (wanted > lastClass) {
            int extent = spill.allocate(wanted);
            spill.copy(pages[pageCount - 1], 0, extent, 0, within);
            spill.free(pages[pageCount - 1], lastClass);
            pages[pageCount - 1] = extent;
            lastClass = wanted;
        }
    }

    /** Ends the use of it: what it has is free for others. */
    public void clear() {
        cut(0);
        resizeTail(0);
        spill.changeFixed(-(long) pages.length * Integer.BYTES);
        pages = NONE;
    }
}
