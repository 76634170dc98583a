package io.polaroid.store.internals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.apache.kafka.streams.state.internals.SessionKeySchema;
import org.apache.kafka.streams.state.internals.WindowKeySchema;

/**
 * The seam to the keys that Kafka Streams gives window and session stores in their changelogs, and to its windows: keys are
 * bytes, 8 of start and 4 of a number for a window, bytes, 8 of end and 8 of start for a session.
 */
public final class ChangelogKeys {
    private static final int WINDOW_SUFFIX = Long.BYTES + Integer.BYTES;

    private ChangelogKeys() {}

    /** The key's own bytes in the changelog key of a window. */
    public static byte[] windowKey(byte[] changelogKey) {
        return Arrays.copyOf(changelogKey, changelogKey.length - WINDOW_SUFFIX);
    }

    /** The window's start in its changelog key. */
    public static long windowStart(byte[] changelogKey) {
        return ByteBuffer.wrap(changelogKey).getLong(changelogKey.length - WINDOW_SUFFIX);
    }

    /** The changelog key of a window. */
    public static byte[] ofWindow(byte[] key, long start, int number) {
        return WindowKeySchema.toStoreKeyBinary(Bytes.wrap(key), start, number).get();
    }

    /** The session in a changelog key. */
    public static Windowed<Bytes> session(byte[] changelogKey) {
        return SessionKeySchema.from(Bytes.wrap(changelogKey));
    }

    /** The changelog key of a session. */
    public static byte[] ofSession(Windowed<Bytes> session) {
        return SessionKeySchema.toBinary(session).get();
    }

    /** A key with a window, which ends where the numbers do if it would end behind that. */
    public static Windowed<Bytes> windowed(byte[] key, long start, long size) {
        long end = start + size;
        return new Windowed<>(Bytes.wrap(key), new TimeWindow(start, end < 0 ? Long.MAX_VALUE : end));
    }

    /** A key with a session. */
    public static Windowed<Bytes> session(byte[] key, long start, long end) {
        return new Windowed<>(Bytes.wrap(key), new SessionWindow(start, end));
    }
}
