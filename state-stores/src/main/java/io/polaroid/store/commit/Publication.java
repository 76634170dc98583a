package io.polaroid.store.commit;

import io.polaroid.store.column.TableView;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Flushed state on its way to being committed state; holds a view until it is published or discarded, whichever is first.
 *
 * @param <F> facts that go with the rows
 */
public final class Publication<F> implements CommitGate.Staged {
    private final Committed<F> target;
    private final TableView view;
    private final F facts;
    private final Runnable then;
    private final AtomicBoolean done = new AtomicBoolean();

    /** Takes over the caller's hold on the view. */
    public Publication(Committed<F> target, TableView view, F facts) {
        this(target, view, facts, () -> {});
    }

    /**
     * Takes over the caller's hold on the view.
     *
     * @param then runs after it has been published, on the publishing thread
     */
    public Publication(Committed<F> target, TableView view, F facts, Runnable then) {
        this.target = target;
        this.view = view;
        this.facts = facts;
        this.then = then;
    }

    @Override
    public void publish() {
        if (done.compareAndSet(false, true)) {
            target.publish(view, facts);
            then.run();
        }
    }

    @Override
    public void discard() {
        if (done.compareAndSet(false, true)) {
            view.release();
        }
    }
}
