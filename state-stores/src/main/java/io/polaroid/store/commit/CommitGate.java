package io.polaroid.store.commit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the stores of one stream thread have flushed and not yet committed.
 *
 * <p>Kafka Streams flushes stores and commits on the same thread, so the gate is a thread's own. It exists on a thread only
 * once that thread's clients came from {@link GatedClients}; without (in a test driver, on a restoring thread) what is offered
 * becomes visible at once, because nothing would ever tell that a commit has gone through.
 */
public final class CommitGate {
    private static final ThreadLocal<@Nullable CommitGate> OF_THREAD = new ThreadLocal<>();

    private final Map<Object, Staged> staged = new LinkedHashMap<>();

    private CommitGate() {}

    /** What happens to flushed state. */
    public interface Staged {
        /** The commit has gone through: make it visible. */
        void publish();

        /** It will never be committed. */
        void discard();
    }

    /** Offers flushed state of {@code owner}; it takes the place of what the owner offered before and is not committed yet. */
    public static void offer(Object owner, Staged state) {
        CommitGate gate = OF_THREAD.get();
        if (gate == null) {
            state.publish();
            return;
        }
        Staged before = gate.staged.put(owner, state);
        if (before != null) {
            before.discard();
        }
    }

    /**
     * Offers state that is made when the commit has gone through, in place of what {@code owner} offered before.
     *
     * @return whether this thread's commits are heard of; if not, nothing will ever publish or discard the state
     */
    public static boolean offerIfHeard(Object owner, Staged state) {
        if (OF_THREAD.get() == null) {
            return false;
        }
        offer(owner, state);
        return true;
    }

    /** Drops what {@code owner} has offered on this thread. */
    public static void withdraw(Object owner) {
        CommitGate gate = OF_THREAD.get();
        Staged state = gate == null ? null : gate.staged.remove(owner);
        if (state != null) {
            state.discard();
        }
    }

    /** From now on, this thread's offers wait for a commit. */
    static void install() {
        if (OF_THREAD.get() == null) {
            OF_THREAD.set(new CommitGate());
        }
    }

    /** Ends what {@link #install} began. */
    static void remove() {
        aborted();
        OF_THREAD.remove();
    }

    static void committed() {
        CommitGate gate = OF_THREAD.get();
        if (gate != null) {
            var ready = new LinkedHashMap<>(gate.staged);
            gate.staged.clear();
            ready.values().forEach(Staged::publish);
        }
    }

    static void aborted() {
        CommitGate gate = OF_THREAD.get();
        if (gate != null) {
            var dropped = new LinkedHashMap<>(gate.staged);
            gate.staged.clear();
            dropped.values().forEach(Staged::discard);
        }
    }
}
