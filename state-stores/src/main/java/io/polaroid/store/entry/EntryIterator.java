package io.polaroid.store.entry;

import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Goes through entries for a caller, who closes it. After that, or after its store has closed, it has no next. */
public final class EntryIterator implements AutoCloseable {
    private final Object lock;
    private final BooleanSupplier isOpen;
    private final Runnable whenClosed;
    private final @Nullable EntryCursor cursor;
    private @Nullable Entry ready;
    private boolean closed;

    /**
     * An iterator.
     *
     * @param cursor where it is; null: there are no entries
     * @param lock what is held while entries are read
     * @param isOpen whether they still can be
     * @param whenClosed runs once, without the lock
     */
    EntryIterator(@Nullable EntryCursor cursor, Object lock, BooleanSupplier isOpen, Runnable whenClosed) {
        this.cursor = cursor;
        this.lock = lock;
        this.isOpen = isOpen;
        this.whenClosed = whenClosed;
    }

    /** One without entries. */
    static EntryIterator none() {
        return new EntryIterator(null, new Object(), () -> true, () -> {});
    }

    /** Whether there is a next entry. */
    public boolean hasNext() {
        return read() != null;
    }

    /** The next entry; it stays the next. */
    public Entry peek() {
        Entry next = read();
        if (next == null) {
            throw new NoSuchElementException();
        }
        return next;
    }

    /** The next entry. */
    public Entry next() {
        Entry next = peek();
        ready = null;
        return next;
    }

    private @Nullable Entry read() {
        synchronized (lock) {
            if (closed || cursor == null || !isOpen.getAsBoolean()) {
                return null;
            }
            if (ready == null && cursor.advance() >= 0) {
                ready = cursor.entry();
            }
            return ready;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        whenClosed.run();
    }
}
