package io.polaroid.ingest.replay;

import java.util.List;

/**
 * A recorded session that can go on in rounds: position {@code p} is line {@code p % size} of round {@code p / size}, whose
 * times are later by a session length, and whose ids greater by their range, for each round. Held in memory as a whole.
 *
 * @param lines what was received, in order of arrival; at least one
 * @param sessionMillis by how much one round is later than the one before
 * @param idRanges by how much the ids of each id pointer grow with each round
 */
record Recording(List<Line> lines, long sessionMillis, List<Long> idRanges) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    Recording {
        lines = List.copyOf(lines);
        idRanges = List.copyOf(idRanges);
    }

    /**
     * One message.
     *
     * @param receivedNanos when it was received; ns since 1970 UTC
     * @param message as received, a JSON object
     * @param numbers what a later round shifts, in order of place
     */
    record Line(long receivedNanos, String message, List<Span> numbers) {}

    /**
     * Where a number stands in a message.
     *
     * @param start its first character
     * @param end after its last character
     * @param id which id pointer found it, or {@link #TIME}
     */
    record Span(int start, int end, int id) {
        /** Marks a time field. */
        static final int TIME = -1;
    }

    int size() {
        return lines.size();
    }

    /** Nanoseconds from the receipt of one position to that of a later one. */
    long nanosBetween(long from, long to) {
        return receivedNanos(to) - receivedNanos(from);
    }

    /** When the message of a position was received, later by a session length in each round; ns since 1970 UTC. */
    long receivedNanos(long position) {
        return line(position).receivedNanos() + round(position) * sessionMillis * NANOS_PER_MILLI;
    }

    /** The message of a position, with its position as first field. */
    String message(long position) {
        String text = line(position).message();
        int body = text.indexOf('{') + 1;
        var out = new StringBuilder(text.length() + 32).append("{\"position\":").append(position);
        if (!text.substring(body).stripLeading().startsWith("}")) {
            out.append(',');
        }
        long round = round(position);
        if (round == 0) {
            return out.append(text, body, text.length()).toString();
        }
        int copied = body;
        for (Span number : line(position).numbers()) {
            long shift = round * (number.id() == Span.TIME ? sessionMillis : idRanges.get(number.id()));
            out.append(text, copied, number.start())
                    .append(Long.parseLong(text, number.start(), number.end(), 10) + shift);
            copied = number.end();
        }
        return out.append(text, copied, text.length()).toString();
    }

    private Line line(long position) {
        return lines.get((int) (position % size()));
    }

    private long round(long position) {
        return position / size();
    }
}
