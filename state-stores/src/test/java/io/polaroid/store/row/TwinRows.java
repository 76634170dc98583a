package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.read.TableSnapshot;
import java.util.Map;
import java.util.TreeMap;

/** {@link NaiveRows} for tests of other packages. */
public final class TwinRows {
    private static final long SECOND = 1_000_000_000L;

    private final NaiveRows rows;

    public TwinRows(long retention) {
        this.rows = new NaiveRows(retention);
    }

    public void apply(long offset, byte[] key, byte[] value) {
        rows.apply(offset, key, value);
    }

    public long progress() {
        return rows.progress;
    }

    /** Count and sum of prices per series and second, over all accepted rows. */
    public Map<String, String> sumsBySecond() {
        Map<String, double[]> sums = new TreeMap<>();
        for (NaiveRows.Kept row : rows.rows) {
            long second = Math.floorDiv(row.time(), SECOND) * SECOND;
            double[] sum = sums.computeIfAbsent(row.series() + "@" + second / 1_000, key -> new double[2]);
            sum[0]++;
            sum[1] += row.cells().isNull(2) ? 0 : row.cells().doubleAt(2);
        }
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((key, sum) -> texts.put(key, (long) sum[0] + "=" + sum[1]));
        return texts;
    }

    /** Checks a snapshot of the row tier and closes it. */
    public void assertSnapshot(TableSnapshot.Part part) {
        try (var root = part.rows()) {
            var expected = rows.snapshot();
            assertThat(root.getRowCount()).isEqualTo(expected.size());
            assertThat(part.completeFrom()).isEqualTo(rows.completeFrom());
            assertThat(part.progressNanos()).isEqualTo(rows.progress);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(root.getVector("_offset").getObject(i))
                        .isEqualTo(expected.get(i).offset());
                assertThat(root.getVector("price").getObject(i))
                        .isEqualTo(expected.get(i).cells().valueAt(2));
            }
        }
    }
}
