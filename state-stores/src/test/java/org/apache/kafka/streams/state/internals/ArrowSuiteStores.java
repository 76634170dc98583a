package org.apache.kafka.streams.state.internals;

import io.polaroid.store.kafka.KafkaStores;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Stores for one test of a suite, whose buffers must all be free in the end. */
final class ArrowSuiteStores implements AutoCloseable {
    private final BufferAllocator allocator = new RootAllocator();

    KafkaStores stores() {
        return new KafkaStores(allocator);
    }

    @Override
    public void close() {
        allocator.close();
    }
}
