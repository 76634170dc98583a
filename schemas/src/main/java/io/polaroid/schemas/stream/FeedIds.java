package io.polaroid.schemas.stream;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The feed's own ids of one series and the event time of their rows; ids that are whole numbers take 16 bytes. Not thread-safe. */
public final class FeedIds {
    private static final long BEYOND_18_DIGITS = 1_000_000_000_000_000_000L;

    /** Most series have ids of one kind or none, and there may be very many series. */
    private @Nullable LongTimes numbers;

    private @Nullable Map<String, Long> texts;

    /** Forgets all. */
    public void clear() {
        texts = null;
        numbers = null;
    }

    /** Whether a row with this id is at or after {@code horizon}. */
    public boolean contains(String id, long horizon) {
        if (isNumber(id)) {
            return contains(Long.parseLong(id), horizon);
        }
        Long time = texts == null ? null : texts.get(id);
        return time != null && time >= horizon;
    }

    /** Whether a row with this whole number as its id is at or after {@code horizon}. */
    public boolean contains(long id, long horizon) {
        return numbers != null && numbers.contains(id, horizon);
    }

    /** Remembers a whole number, at most 18 digits. */
    public void put(long id, long timeNanos) {
        LongTimes known = numbers;
        if (known == null) {
            known = new LongTimes();
            numbers = known;
        }
        known.put(id, timeNanos);
    }

    /** Remembers an id. */
    public void put(String id, long timeNanos) {
        if (isNumber(id)) {
            put(Long.parseLong(id), timeNanos);
            return;
        }
        Map<String, Long> known = texts;
        if (known == null) {
            known = new HashMap<>();
            texts = known;
        }
        known.put(id, timeNanos);
    }

    /** Forgets the ids of rows before {@code horizon}. */
    public void expire(long horizon) {
        if (texts != null) {
            texts.values().removeIf(time -> time < horizon);
        }
        if (numbers != null) {
            numbers.expire(horizon);
        }
    }

    /** Whether an id is kept as the number that it is. */
    public static boolean isNumber(long id) {
        return id >= 0 && id < BEYOND_18_DIGITS;
    }

    /** Whether {@code Long.toString} of its value is the id itself, so that no two ids become one. */
    public static boolean isNumber(String id) {
        int digits = id.length();
        if (digits == 0 || digits > 18 || digits > 1 && id.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < digits; i++) {
            if (id.charAt(i) < '0' || id.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
