package io.polaroid.store.row;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * States that the store was in, without its rows, and which records were duplicates since the oldest of them: one of these states becomes the
 * begin of a floor when all rows before it have expired.
 */
final class FloorBases {
    private static final int MOST = 64;

    private final Deque<RowState> bases = new ArrayDeque<>();
    private long[] duplicates = new long[16];
    private int size;

    /** Notes that the record at an offset, above all others, was a duplicate. */
    void duplicate(long offset) {
        if (bases.isEmpty()) {
            return;
        }
        if (size == duplicates.length) {
            duplicates = Arrays.copyOf(duplicates, size * 2);
        }
        duplicates[size++] = offset;
    }

    /** How many records the newest state had taken, -1 for none. */
    long newestTaken() {
        return bases.isEmpty() ? -1 : bases.getLast().counts().sum();
    }

    /** Adds the state that the store is in. */
    void add(RowState state) {
        if (bases.size() == MOST) {
            // Every other one, so that the distances grow with what is retained.
            boolean keep = true;
            for (var known = bases.iterator(); known.hasNext(); keep = !keep) {
                known.next();
                if (!keep) {
                    known.remove();
                }
            }
        }
        bases.add(state);
    }

    /** The newest state with progress below a time; older ones are forgotten. */
    Optional<RowState> newestBelow(long time) {
        Optional<RowState> found = Optional.empty();
        while (!bases.isEmpty() && bases.getFirst().progress() < time) {
            found = Optional.of(bases.removeFirst());
        }
        found.ifPresent(base -> {
            bases.addFirst(base);
            int gone = firstAfter(base.lastOffset());
            System.arraycopy(duplicates, gone, duplicates, 0, size - gone);
            size -= gone;
        });
        return found;
    }

    /** The duplicates above an offset of a state that it has. */
    long[] duplicatesAfter(long offset) {
        return Arrays.copyOfRange(duplicates, firstAfter(offset), size);
    }

    private int firstAfter(long offset) {
        int at = Arrays.binarySearch(duplicates, 0, size, offset);
        return at < 0 ? -at - 1 : at + 1;
    }
}
