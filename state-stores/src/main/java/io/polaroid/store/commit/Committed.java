package io.polaroid.store.commit;

import io.polaroid.store.column.TableView;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The committed state of one store: a view of its rows and facts that go with it. The stream thread publishes, any thread
 * reads; a reader works on the view that it found, however long it takes, and holds nobody up but {@link #close}.
 *
 * @param <F> the facts, an immutable value
 */
public final class Committed<F> implements AutoCloseable {
    private @Nullable TableView view;
    private @Nullable F facts;
    private int readers;
    private boolean open = true;

    /** Makes this the committed state and takes the caller's hold on the view over. */
    public void publish(TableView newView, F newFacts) {
        TableView old;
        synchronized (this) {
            if (open) {
                old = view;
                view = newView;
                facts = newFacts;
            } else {
                old = newView;
            }
        }
        if (old != null) {
            old.release();
        }
    }

    /** Reads the committed state; empty if there is none (yet, or any more). */
    public <R> Optional<R> read(BiFunction<TableView, F, R> reader) {
        TableView held;
        F known;
        synchronized (this) {
            if (!open || view == null || facts == null) {
                return Optional.empty();
            }
            held = view;
            known = facts;
            held.retain();
            readers++;
        }
        try {
            return Optional.of(reader.apply(held, known));
        } finally {
            held.release();
            synchronized (this) {
                readers--;
                notifyAll();
            }
        }
    }

    /** The rows of the committed state, if there is one; the caller releases them. */
    public synchronized Optional<TableView> rows() {
        if (view != null) {
            view.retain();
        }
        return Optional.ofNullable(view);
    }

    /** The facts of the committed state, if there is one. */
    public synchronized Optional<F> facts() {
        return Optional.ofNullable(facts);
    }

    /** Lets readers at work finish, since they use the store's memory, and frees the view. */
    @Override
    public void close() {
        TableView last;
        synchronized (this) {
            open = false;
            awaitReaders();
            last = view;
            view = null;
            facts = null;
        }
        if (last != null) {
            last.release();
        }
    }

    private void awaitReaders() {
        boolean interrupted = false;
        while (readers > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
