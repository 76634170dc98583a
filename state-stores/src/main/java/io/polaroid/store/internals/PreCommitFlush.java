package io.polaroid.store.internals;

import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * The seam through which a store learns that a commit is about to happen: Kafka Streams calls {@link #flushCache} on the stream
 * thread after processing and before it commits, under both guarantees; no public hook does that.
 */
public interface PreCommitFlush extends CachedStateStore<Object, Object> {
    /** Everything up to here is in the commit that follows; records logged or forwarded now are part of it. */
    @Override
    void flushCache();

    /** An active task becomes a standby or the other way round, with the store left open. */
    @Override
    void clearCache();

    /** Nothing listens: results go downstream in {@link #flushCache}. */
    @Override
    default boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }
}
