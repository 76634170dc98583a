package io.polaroid.schemas.record;

import java.nio.charset.StandardCharsets;

/**
 * The key of records that hold many rows: it only says that there is one, since Kafka Streams leaves records without key out of a restore. Readers
 * take any key; rows say by their own columns what series they are of.
 */
public final class BatchKey {
    private static final byte[] BYTES = "\u0000polaroid/batch".getBytes(StandardCharsets.UTF_8);

    private BatchKey() {}

    /** The key. */
    public static byte[] bytes() {
        return BYTES.clone();
    }
}
