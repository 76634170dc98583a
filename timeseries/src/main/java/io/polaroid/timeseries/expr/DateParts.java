package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.row.Row;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Nodes of parts of a time: its year, its hour, ..., by the clock of its column's zone. */
final class DateParts {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private DateParts() {}

    static Node of(Expr.Call call, Node time) {
        Function part = call.function();
        if (time.shape().isNull()) {
            return Node.of(Type.INT, row -> null);
        }
        if (time.shape().kind() != Type.Kind.TIME && time.shape().kind() != Type.Kind.DATE) {
            throw Rejected.at(
                    call.arguments().getFirst().at(),
                    part.text() + " expected a time or a date, not "
                            + time.shape().shown());
        }
        long unit = Ordering.nanosPer(time.type());
        ZoneRules rules = zone(time.type()).getRules();
        return Node.of(Type.INT, row -> cell(part, time, row, unit, rules));
    }

    private static @Nullable Object cell(Function part, Node time, Row row, long unit, ZoneRules rules) {
        if (!(time.evaluate(row) instanceof Long cell)) {
            return null;
        }
        long perSecond = Math.max(1, NANOS_PER_SECOND / unit);
        long second = unit >= NANOS_PER_SECOND
                ? Math.multiplyExact(cell, unit / NANOS_PER_SECOND)
                : Math.floorDiv(cell, perSecond);
        var at = java.time.Instant.ofEpochSecond(second);
        LocalDateTime local = LocalDateTime.ofEpochSecond(second, 0, rules.getOffset(at));
        return (long)
                switch (part) {
                    case YEAR -> local.getYear();
                    case QUARTER -> (local.getMonthValue() + 2) / 3;
                    case MONTH -> local.getMonthValue();
                    case DAY -> local.getDayOfMonth();
                    case WEEKDAY -> local.getDayOfWeek().getValue();
                    case HOUR -> local.getHour();
                    case MINUTE -> local.getMinute();
                    case SECOND -> local.getSecond();
                    default -> throw new IllegalArgumentException(part + " is no part of a time");
                };
    }

    private static ZoneId zone(ArrowType type) {
        String zone = type instanceof ArrowType.Timestamp time ? time.getTimezone() : null;
        return zone == null || zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone);
    }
}
