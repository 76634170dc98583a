package io.polaroid.timeseries.column;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are equal by content. */
final class Bytes {
    private final byte[] content;
    private final int hash;

    Bytes(byte[] content) {
        this.content = content;
        this.hash = Arrays.hashCode(content);
    }

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Bytes bytes && hash == bytes.hash && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
