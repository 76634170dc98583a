package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.RowWindows;
import io.polaroid.timeseries.time.ZonedSpan;
import java.util.Arrays;

/** Finds sessions: a row belongs to its series' last session if that has a row no more than the gap before. */
final class SessionGaps {
    private final FoundWindows.List found = new FoundWindows.List();
    private final int[] codes;
    private final long[] times;
    private final int groups;
    private final int[] slots;

    SessionGaps(int[] codes, long[] times, int groups) {
        this.codes = codes;
        this.times = times;
        this.groups = groups;
        this.slots = new int[times.length];
    }

    /** Runs; the first row whose time is less than that of its series' row before, or -1 if all ascend. */
    int run(ZonedSpan gap) {
        boolean constant = gap.isConstant();
        long units = constant ? gap.units() : 0;
        int[] open = new int[groups];
        Arrays.fill(open, -1);
        for (int row = 0; row < times.length; row++) {
            int group = codes[row];
            int session = open[group];
            long time = times[row];
            if (session >= 0 && time < found.ends[session]) {
                return row;
            }
            boolean goesOn = session >= 0
                    && (constant
                            ? Math.subtractExact(time, found.ends[session]) <= units
                            : time <= gap.add(found.ends[session]));
            if (goesOn) {
                found.ends[session] = time;
            } else {
                session = found.add(group, time, time, row);
                open[group] = session;
            }
            slots[row] = session;
        }
        return -1;
    }

    /** What was found. */
    FoundWindows windows(int[] order) {
        int[] emit = found.emit(order);
        return found.in(emit, RowWindows.disjoint(slots, found.count, emit), new long[0]);
    }
}
