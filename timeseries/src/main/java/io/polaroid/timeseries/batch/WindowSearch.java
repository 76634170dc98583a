package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.ZonedSpan;
import java.nio.LongBuffer;
import java.util.Optional;

/** Finds the windows of a resampling. */
interface WindowSearch {
    /**
     * The windows that hold rows.
     *
     * @param codes the group of each row; empty if there is one group. May be changed
     * @param groups how many groups there are
     * @param order the groups in the order of the result
     */
    Result<FoundWindows> find(int[] codes, int groups, LongBuffer times, int[] order, Workers workers);

    /** These windows and those between them. */
    Result<GapWindows> gaps(FoundWindows found);

    /** The search that a resampling asks for. */
    static Result<WindowSearch> of(Resample spec, TimeAxis axis) {
        return switch (spec.anchor()) {
            case Anchor.OfColumn own -> dynamic(spec.windows(), axis);
            case Anchor.InZone other -> dynamic(spec.windows(), axis.in(other.zone()));
            case Anchor.Sessions market -> SessionSearch.of(spec.windows(), axis, market.calendar());
        };
    }

    private static Result<WindowSearch> dynamic(Windows windows, TimeAxis axis) {
        if (windows.startBy() == StartBy.WINDOW
                && !windows.every().isOneKind()
                && !windows.every().isZero()) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "every is " + windows.every()
                            + "; windows start at multiples of months, of weeks, of days or of what is"
                            + " shorter, not at a mix of them");
        }
        if (windows.startBy().isWeekday() && axis.isIndex()) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "start_by is a day of the week, but column '" + axis.field().getName() + "' holds whole numbers");
        }
        return axis.positive(windows.every(), "every")
                .flatMap(every -> axis.positive(windows.period(), "period")
                        .flatMap(period -> axis.shift(windows.offset(), "offset")
                                .map(offset -> new OfSpans(axis, windows(windows, every, period, offset)))));
    }

    private static DynamicWindows windows(Windows windows, ZonedSpan every, ZonedSpan period, ZonedSpan offset) {
        return new DynamicWindows(every, period, offset, windows.closed(), windows.startBy());
    }

    /**
     * Windows by spans.
     *
     * @param axis the time column
     * @param windows the windows
     */
    record OfSpans(TimeAxis axis, DynamicWindows windows) implements WindowSearch {
        @Override
        public Result<FoundWindows> find(int[] codes, int groups, LongBuffer inTable, int[] order, Workers workers) {
            var found = windows.areFixedAndDisjoint()
                    ? GridSearch.find(windows, codes, groups, inTable, order, workers)
                    : Optional.<FoundWindows>empty();
            return found.map(Result::ok).orElseGet(() -> inAnyOrder(codes, groups, TimeAxis.array(inTable), order));
        }

        private Result<FoundWindows> inAnyOrder(int[] codes, int groups, long[] times, int[] order) {
            if (windows.areFixedAndDisjoint()) {
                var search = new DisjointSearch(codes, times);
                int unsorted = search.run(new FixedEdges(windows, groups), groups);
                return unsorted >= 0 ? axis.unsorted(unsorted) : Result.ok(search.windows(order));
            }
            Groups rows = Groups.of(codes.length == 0 ? new int[times.length] : codes, groups);
            int unsorted = rows.firstDescent(times);
            return unsorted >= 0
                    ? axis.unsorted(rows.rows()[unsorted])
                    : Result.ok(RangeSearch.of(windows, rows, times, order));
        }

        @Override
        public Result<GapWindows> gaps(FoundWindows found) {
            return GapWindows.between(found, new GapWindows.Steps() {
                @Override
                public long start(long origin, long index) {
                    return windows.start(origin, index);
                }

                @Override
                public long end(long start) {
                    return windows.end(start);
                }
            });
        }
    }
}
