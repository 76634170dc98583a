package io.polaroid.query.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time, memory, number and cancellation of queries. */
class QueryLimitTest {
    /** Takes minutes, and no memory that could end it first. */
    private static final String ENDLESS = "SELECT sum(i % 7) FROM range(100000000000) r(i)";

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void stop() {
        allocator.close();
    }

    private QueryEngine engine(Duration timeout) {
        return Engines.open(allocator, timeout, List.of());
    }

    @Test
    void endsAQueryThatTakesTooLong() {
        try (var engine = engine(Duration.ofMillis(300))) {
            var problem = Engines.problem(Engines.rows(engine, ENDLESS));
            assertThat(problem.code()).isEqualTo(ProblemCode.BUDGET_EXCEEDED);
            assertThat(problem.context()).containsEntry("limit", "time");
            assertThat(Engines.rows(engine, "SELECT 1").orThrow()).containsExactly("1");
        }
    }

    @Test
    void endsACancelledQuery() throws InterruptedException {
        try (var engine = engine(Duration.ofMinutes(5))) {
            var control = new QueryControl();
            var answers = new ArrayList<Result<QueryResult>>();
            var running = Thread.ofPlatform().start(() -> answers.add(engine.query(ENDLESS, control)));
            control.cancel();
            running.join();
            assertThat(Engines.problem(answers.getFirst()).code()).isEqualTo(ProblemCode.CANCELLED);
        }
    }

    @Test
    void endsACancelledResult() {
        try (var engine = engine(Duration.ofMinutes(5))) {
            var control = new QueryControl();
            try (var result = engine.query("SELECT i FROM range(100000000000) r(i)", control)
                    .orThrow()) {
                assertThat(result.next().orThrow()).isTrue();
                control.cancel();
                assertThat(Engines.problem(result.next()).code()).isEqualTo(ProblemCode.CANCELLED);
            }
            assertThat(Engines.rows(engine, "SELECT 1").orThrow()).containsExactly("1");
        }
    }

    @Test
    void streamsRatherThanGathers() {
        try (var engine = engine(Duration.ofMinutes(5));
                var result = engine.query("SELECT i FROM range(100000000000) r(i)", new QueryControl())
                        .orThrow()) {
            assertThat(result.next().orThrow()).isTrue();
            assertThat(result.batch().getRowCount()).isPositive();
        }
    }

    @Test
    void refusesMoreQueriesThanItRuns() {
        try (var engine = engine(Duration.ofMillis(300));
                var open = new Resources()) {
            for (int i = 0; i < 4; i++) {
                open.add(engine.query("SELECT i FROM range(1000000) r(i)", new QueryControl())
                        .orThrow());
            }
            assertThat(Engines.problem(Engines.rows(engine, "SELECT 1")).context())
                    .containsEntry("limit", "queries");
            open.close();
            assertThat(Engines.rows(engine, "SELECT 1").orThrow()).containsExactly("1");
        }
    }

    @Test
    void boundsMemory() {
        try (var engine = engine(Duration.ofMinutes(5))) {
            var problem = Engines.problem(
                    Engines.rows(engine, "SELECT i, random() AS r FROM range(200000000) t(i) ORDER BY r"));
            assertThat(problem.code()).as(problem.detail()).isEqualTo(ProblemCode.BUDGET_EXCEEDED);
            assertThat(problem.context()).containsEntry("limit", "memory");
            assertThat(Engines.rows(engine, "SELECT 1").orThrow()).containsExactly("1");
        }
    }
}
