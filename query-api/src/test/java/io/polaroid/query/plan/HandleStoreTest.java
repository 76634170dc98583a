package io.polaroid.query.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.ManualClock;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class HandleStoreTest {
    private static final Plan PLAN = new Plan.Table("trades", new Schema(List.of()));

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final HandleStore store = new HandleStore(clock, Duration.ofMinutes(30));

    private static ProblemCode code(Result<?> result) {
        return result.<ProblemCode>map(value -> {
                    throw new AssertionError("no problem but " + value);
                })
                .recover(Problem::code);
    }

    @Test
    void forgetsAHandleThatIsNotUsed() {
        var used = store.create("one", PLAN).orThrow();
        var idle = store.create("one", PLAN).orThrow();
        clock.advance(Duration.ofMinutes(20));
        assertThat(store.plan(used).orThrow()).isEqualTo(PLAN);
        clock.advance(Duration.ofMinutes(20));
        assertThat(store.plan(used).orThrow()).isEqualTo(PLAN);
        assertThat(code(store.plan(idle))).isEqualTo(ProblemCode.UNKNOWN_HANDLE);
    }

    @Test
    void boundsTheHandlesOfASession() {
        var first = store.create("one", PLAN).orThrow();
        for (int i = 1; i < HandleStore.PER_SESSION; i++) {
            store.create("one", PLAN).orThrow();
        }
        assertThat(code(store.create("one", PLAN))).isEqualTo(ProblemCode.BUDGET_EXCEEDED);
        store.create("two", PLAN).orThrow();
        assertThat(store.drop(first)).isTrue();
        store.create("one", PLAN).orThrow();
        assertThat(code(store.create("one", PLAN))).isEqualTo(ProblemCode.BUDGET_EXCEEDED);
        clock.advance(Duration.ofHours(1));
        store.create("one", PLAN).orThrow();
    }

    @Test
    void knowsNoHandleThatItDidNotGive() {
        assertThat(code(store.plan("guess"))).isEqualTo(ProblemCode.UNKNOWN_HANDLE);
        assertThat(store.drop("guess")).isFalse();
    }
}
