package io.polaroid.schemas.record;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import org.jspecify.annotations.Nullable;

/**
 * Feed health as data: a record whose key is {@link #KEY_PREFIX} and JSON, and whose value is null, one to each partition.
 *
 * @param source name of the feed (source name in the pipeline, slash, task number)
 * @param kind what happened
 * @param fromNanos event time from which it holds; ns since 1970 UTC
 * @param toNanos event time up to which it holds ({@code fromNanos} where it is a moment)
 * @param series the series it is about, {@code *} for all
 */
public record ControlRecord(String source, Kind kind, long fromNanos, long toNanos, String series) {
    /** Keys that start so are control records. */
    public static final String KEY_PREFIX = "\u0000polaroid/control/";

    /** What a control record tells. */
    public enum Kind {
        HEARTBEAT,
        DOWN,
        UP,
        GAP,
        END_OF_SNAPSHOT,
        BACKFILL_CUT
    }

    /** Whether a record key announces a control record. */
    public static boolean isControl(byte @Nullable [] key) {
        if (key == null || key.length < KEY_PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < KEY_PREFIX.length(); i++) {
            if (key[i] != (byte) KEY_PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The record key, UTF-8. */
    public byte[] toKey() {
        throw new UnsupportedOperationException("schemas helper");
    }

    /** Reads a record key. */
    public static Result<ControlRecord> fromKey(byte[] key) {
        return Result.err(ProblemCode.NOT_BUILT, "control");
    }
}
