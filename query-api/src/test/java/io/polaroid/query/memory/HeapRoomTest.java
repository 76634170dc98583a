package io.polaroid.query.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import org.junit.jupiter.api.Test;

/** Operators together take no more of the heap than there is. */
class HeapRoomTest {
    private static final long MB = 1 << 20;

    @Test
    void refusesWhatTakesMoreThanIsLeftAndSaysWhatToDo() {
        var room = HeapRoom.of(100 * MB);
        assertThat(room.take(60 * MB, "rolling 60s by ts").orThrow()).isEqualTo(60 * MB);
        assertThat(room.take(41 * MB, "RESAMPLE ts EVERY 1s"))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem())
                                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.BUDGET_EXCEEDED))
                                .satisfies(problem -> assertThat(problem.detail())
                                        .isEqualTo("RESAMPLE ts EVERY 1s needs about 41 MB of the heap and 40 MB are"
                                                + " free; read fewer rows, wait for other queries, or give the"
                                                + " process a larger heap (POLAROID_HEAP)")));
        assertThat(room.take(40 * MB, "lag 1").orThrow()).isEqualTo(40 * MB);
    }

    @Test
    void hasRoomAgainWhenAnOperatorIsDone() {
        var room = HeapRoom.of(100 * MB);
        room.giveBack(room.take(100 * MB, "lag 1").orThrow());
        assertThat(room.take(100 * MB, "lag 1").orThrow()).isEqualTo(100 * MB);
    }

    @Test
    void ofAProcessIsLessThanItsHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(HeapRoom.ofProcess().take(heap, "lag 1")).isInstanceOf(Result.Err.class);
        assertThat(HeapRoom.ofProcess().take(heap / 100, "lag 1")).isInstanceOf(Result.Ok.class);
    }
}
