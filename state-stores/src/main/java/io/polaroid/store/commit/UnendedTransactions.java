package io.polaroid.store.commit;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Transactions of this process whose producers were closed before they had ended them. Kafka Streams aborts when a thread loses its
 * tasks or fails, and goes on where that cannot be done: the producer is beyond help, or the broker away. The broker then ends
 * the transaction when its time is up, unless a producer takes its id over, which may be never: a thread that is replaced has another id.
 *
 * <p>Whoever ends one does so here, because it must not hit a producer that has just taken the id over.
 */
public final class UnendedTransactions {
    private final Set<String> unended = ConcurrentHashMap.newKeySet();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Ends a transaction. */
    @FunctionalInterface
    public interface Ending {
        /** Ends that of a transactional id. */
        void end(String id) throws Exception;
    }

    /** Transactional ids of those that may be open still. */
    public Set<String> ids() {
        return Set.copyOf(unended);
    }

    /**
     * Ends the transaction of an id, if no producer has taken the id over. One that is about to waits.
     *
     * @return whether it was ended
     */
    public boolean end(String id, Ending ending) throws Exception {
        var lock = lock(id);
        // A producer that takes the id over just now ends the transaction, and may take long.
        if (!lock.tryLock()) {
            return false;
        }
        try {
            if (!unended.contains(id)) {
                return false;
            }
            ending.end(id);
            unended.remove(id);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A producer was closed in the middle of a transaction. */
    void left(String id) {
        unended.add(id);
    }

    /** A producer takes an id over, which ends what was left open. */
    void takeOver(String id, Runnable initialize) {
        var lock = lock(id);
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        try {
            initialize.run();
            unended.remove(id);
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lock(String id) {
        return locks.computeIfAbsent(id, unused -> new ReentrantLock());
    }
}
