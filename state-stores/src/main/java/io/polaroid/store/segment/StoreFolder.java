package io.polaroid.store.segment;

import java.nio.file.Path;
import org.apache.kafka.streams.processor.StateStoreContext;

/** Where stores keep their files: in the task's own folder, which Kafka Streams locks, and deletes when it is to be forgotten. */
public final class StoreFolder {
    private static final String PARENT = "polaroid";

    private StoreFolder() {}

    /** The folder of a store. */
    public static Path of(StateStoreContext context, String store) {
        return context.stateDir().toPath().resolve(PARENT).resolve(store);
    }
}
