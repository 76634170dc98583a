package io.polaroid.store;

import java.util.Optional;
import org.apache.kafka.streams.processor.StateStoreContext;

/** Keeps for row tiers where a restore of them may begin, so that it does not read their topic from its beginning. */
public interface Floors {
    /** Keeps nothing: what is not on disk is restored from the beginning of the topic. */
    Floors NONE = new Floors() {
        @Override
        public void write(StateStoreContext context, Floor floor) {}

        @Override
        public Optional<Floor> read(StateStoreContext context) {
            return Optional.empty();
        }
    };

    /**
     * Where a restore may begin.
     *
     * @param begin the last offset that need not be read
     * @param until the last offset that it was written with: it does for a store that is restored at least so far
     * @param state what the store has to know of what lies at or before {@code begin}
     */
    record Floor(long begin, long until, byte[] state) {}

    /** Writes a floor of the context's task in the transaction that is about to be committed. */
    void write(StateStoreContext context, Floor floor);

    /**
     * The newest floor of the context's task that is committed, if it is below the offset that the application has committed, and
     * what lies behind it is still in the topic.
     */
    Optional<Floor> read(StateStoreContext context);
}
