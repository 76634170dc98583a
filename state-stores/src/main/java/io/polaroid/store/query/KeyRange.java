package io.polaroid.store.query;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keys from one to another, both inclusive, compared as unsigned bytes; empty: no bound. The key of a series is its UTF-8 text.
 *
 * @param first the first
 * @param last the last
 */
public record KeyRange(Optional<byte[]> first, Optional<byte[]> last) {
    /** All keys. */
    public static KeyRange all() {
        return new KeyRange(Optional.empty(), Optional.empty());
    }

    /** One key. */
    public static KeyRange only(byte[] key) {
        return new KeyRange(Optional.of(key), Optional.of(key));
    }

    /** One series. */
    public static KeyRange only(String series) {
        return only(series.getBytes(StandardCharsets.UTF_8));
    }

    /** Series from one to another, both inclusive. */
    public static KeyRange between(String first, String last) {
        return new KeyRange(
                Optional.of(first.getBytes(StandardCharsets.UTF_8)),
                Optional.of(last.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether its bounds are in the wrong order, so that nothing is in it. */
    public boolean isInverted() {
        return first.isPresent() && last.isPresent() && Arrays.compareUnsigned(first.get(), last.get()) > 0;
    }

    /** Whether a key is in it. */
    public boolean contains(byte[] key) {
        return first.map(bound -> Arrays.compareUnsigned(bound, key) <= 0).orElse(true)
                && last.map(bound -> Arrays.compareUnsigned(key, bound) <= 0).orElse(true);
    }
}
