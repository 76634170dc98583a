package io.polaroid.schemas.stream;

import java.util.HashMap;
import java.util.Map;

/** The feed's own ids of one series and the event time of their rows; ids that are whole numbers take 16 bytes. Not thread-safe. */
public final class FeedIds {
    private static final long BEYOND_18_DIGITS = 1_000_000_000_000_000_000L;

    private final LongTimes numbers = new LongTimes();
    private final Map<String, Long> texts = new HashMap<>();

    /** Forgets all. */
    public void clear() {
        texts.clear();
        numbers.clear();
    }

    /** Whether a row with this id is at or after {@code horizon}. */
    public boolean contains(String id, long horizon) {
        if (isNumber(id)) {
            return numbers.contains(Long.parseLong(id), horizon);
        }
        Long time = texts.get(id);
        return time != null && time >= horizon;
    }

    /** Whether a row with this whole number as its id is at or after {@code horizon}. */
    public boolean contains(long id, long horizon) {
        return numbers.contains(id, horizon);
    }

    /** Remembers a whole number, at most 18 digits. */
    public void put(long id, long timeNanos) {
        numbers.put(id, timeNanos);
    }

    /** Remembers an id. */
    public void put(String id, long timeNanos) {
        if (isNumber(id)) {
            numbers.put(Long.parseLong(id), timeNanos);
        } else {
            texts.put(id, timeNanos);
        }
    }

    /** Forgets the ids of rows before {@code horizon}. */
    public void expire(long horizon) {
        texts.values().removeIf(time -> time < horizon);
        numbers.expire(horizon);
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
