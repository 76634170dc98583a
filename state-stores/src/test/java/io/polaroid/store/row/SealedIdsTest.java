package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class SealedIdsTest {
    private static final int ROWS = 4_096;

    @Test
    void findsWhatIsThereInFilesOfTodayAndOfBefore(BufferAllocator allocator) {
        // Given rows of three series with ids of both kinds, and some without
        var layout = new RowTable(new Schema(List.of()));
        ByteBuffer today;
        try (var table = layout.open(allocator)) {
            table.append(ROWS);
            for (int row = 0; row < ROWS; row++) {
                table.setLong(row, layout.seriesNumber, row % 3);
                if (row % 4 == 1) {
                    table.setLong(row, layout.idNumber, row * 10L);
                } else if (row % 4 == 2) {
                    table.set(row, layout.idText, "x" + row);
                }
            }
            var view = table.view();
            today = SealedIds.index(layout, view, List.of(0)).orElseThrow();
            view.release();
        }
        int size = ROWS / 2;
        // Before, the sorted entries were all
        var before = today.slice(today.capacity() - size * Long.BYTES, size * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (ByteBuffer file : List.of(today, before)) {
            var ids = new SealedIds(file);
            ids.place(0, 5);
            for (int row = 0; row < ROWS; row++) {
                int wanted = 5 * ROWS + row;
                assertThat(found(ids, IdHash.ofNumber(row % 3, row * 10L)).contains(wanted))
                        .isEqualTo(row % 4 == 1);
                assertThat(found(ids, IdHash.ofText(row % 3, "x" + row)).contains(wanted))
                        .isEqualTo(row % 4 == 2);
            }
        }
        assertThat(new SealedIds(ByteBuffer.allocate(0)).any(7, row -> true)).isFalse();
    }

    private static List<Integer> found(SealedIds ids, long hash) {
        var rows = new ArrayList<Integer>();
        ids.any(hash, row -> {
            rows.add(row);
            return false;
        });
        return rows;
    }
}
