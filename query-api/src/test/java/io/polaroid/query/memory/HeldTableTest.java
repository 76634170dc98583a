package io.polaroid.query.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.query.Frames;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who holds a table, what of, and on whose account. */
class HeldTableTest {
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close();
    }

    @Test
    void isFreedByTheLastHolder() {
        var freed = new ArrayList<String>();
        var rows = Frames.of(Frames.longs(allocator, "n", 1L, 2L));
        var table = new HeldTable(rows, () -> {
            rows.close();
            freed.add("freed");
        });
        assertThat(table.retain()).isTrue();
        table.close();
        assertThat(freed).isEmpty();
        assertThat(table.rows().getRowCount()).isEqualTo(2);
        table.close();
        assertThat(freed).hasSize(1);
        assertThat(table.retain()).isFalse();
        assertThatThrownBy(table::close).hasMessageContaining("let go twice");
    }

    @Test
    void chargesSessionsApart() {
        var memory = new SessionMemory(100);
        assertThat(memory.charge("a", 70).orThrow()).isEqualTo(70);
        assertThat(memory.charge("b", 100).orThrow()).isEqualTo(100);
        assertThat(memory.charge("a", 31)
                        .<ProblemCode>map(all -> ProblemCode.INTERNAL)
                        .recover(Problem::code))
                .isEqualTo(ProblemCode.BUDGET_EXCEEDED);
        memory.release("a", 50);
        assertThat(memory.charge("a", 31).orThrow()).isEqualTo(51);
        memory.release("b", 100);
        assertThat(memory.kept("b")).isZero();
    }

    @Test
    void gathersBatchesOfAllKinds() {
        for (int batches : List.of(0, 1, 3)) {
            try (var batch = Frames.of(
                            Frames.longs(allocator, "n", 1L, null, 3L),
                            Frames.texts(allocator, "s", "a", null, "ccc"),
                            Frames.times(allocator, "ts", 1, 2, 3));
                    var gathered = new Batches(batch.getSchema(), allocator)) {
                for (int i = 0; i < batches; i++) {
                    gathered.add(batch);
                }
                assertThat(gathered.rows()).isEqualTo(3L * batches);
                try (var table = gathered.table()) {
                    assertThat(table.getSchema()).isEqualTo(batch.getSchema());
                    assertThat(Frames.rows(table)).hasSize(3 * batches);
                    if (batches > 0) {
                        assertThat(Frames.rows(table)).endsWith("1 a 1", "null null 2", "3 ccc 3");
                    }
                }
            }
        }
    }
}
