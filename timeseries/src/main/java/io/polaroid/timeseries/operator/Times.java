package io.polaroid.timeseries.operator;

/** Sums of times that stop at the ends of 64 bits. */
final class Times {
    private Times() {}

    static long plus(long time, long distance) {
        long sum = time + distance;
        if (((time ^ sum) & (distance ^ sum)) < 0) {
            return time < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    static long minus(long time, long distance) {
        return distance == Long.MIN_VALUE ? plus(plus(time, Long.MAX_VALUE), 1) : plus(time, -distance);
    }
}
