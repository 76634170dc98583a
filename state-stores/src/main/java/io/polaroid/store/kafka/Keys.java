package io.polaroid.store.kafka;

import io.polaroid.store.query.KeyRange;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Keys as Kafka's interfaces give them. */
final class Keys {
    private static final byte GREATEST = (byte) 0xff;

    private Keys() {}

    /** From one to another, both inclusive; null: no bound. */
    static KeyRange range(@Nullable Bytes from, @Nullable Bytes to) {
        return new KeyRange(
                Optional.ofNullable(from).map(Bytes::get),
                Optional.ofNullable(to).map(Bytes::get));
    }

    /** The bounds of a query, whose keys Kafka Streams has turned into bytes. */
    static KeyRange range(Optional<?> from, Optional<?> to) {
        return new KeyRange(from.map(bound -> ((Bytes) bound).get()), to.map(bound -> ((Bytes) bound).get()));
    }

    /** The first key behind all that begin with a prefix; empty if there is none. */
    static Optional<byte[]> behindPrefix(byte[] prefix) {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == GREATEST) {
            length--;
        }
        if (length == 0) {
            return Optional.empty();
        }
        byte[] behind = Arrays.copyOf(prefix, length);
        behind[length - 1]++;
        return Optional.of(behind);
    }
}
