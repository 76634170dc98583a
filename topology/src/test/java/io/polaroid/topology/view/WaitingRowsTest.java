package io.polaroid.topology.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that wait come out in the order of time, name and sequence, however they came. */
class WaitingRowsTest {
    private record Waiting(long time, String series, long sequence, Object extra) {}

    private static final Comparator<Waiting> ORDER = Comparator.comparingLong(Waiting::time)
            .thenComparing(Waiting::series)
            .thenComparingLong(Waiting::sequence);

    @ParameterizedTest(name = "up to {0} behind, {1} of 100 of them")
    @CsvSource({"0,0", "3,50", "1000,1", "1000,50", "100000,100"})
    void comeOutInOrder(int behind, int share) {
        var random = new SplittableRandom(behind * 101L + share);
        var numbers = new SeriesNumbers();
        var rows = new WaitingRows(numbers);
        List<Waiting> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            long late = random.nextInt(100) < share ? random.nextInt(behind + 1) : 0;
            var row = new Waiting(i / 5 - late, "series " + random.nextInt(40), i, "row " + i);
            rows.add(numbers.of(row.series()), row.time(), row.sequence(), row.extra());
            expected.add(row);
            boolean isMany = expected.size() > 3_000;
            if (i % 1_000 == 999 || isMany && i % 50 == 0) {
                expected.sort(ORDER);
                int out = random.nextInt(isMany ? 900 : 5);
                for (Waiting next : expected.subList(0, out)) {
                    assertThat(first(rows, numbers)).isEqualTo(next);
                    rows.remove();
                }
                expected.subList(0, out).clear();
            }
            assertThat(rows.size()).isEqualTo(expected.size());
        }
        assertThat(all(rows, numbers)).isEqualTo(new HashSet<>(expected));

        expected.sort(ORDER);
        for (int i = 0; i < rows.size(); i++) {
            rows.setExtra(i, rows.extra(i) + " seen");
        }
        for (Waiting next : expected) {
            assertThat(first(rows, numbers))
                    .isEqualTo(new Waiting(next.time(), next.series(), next.sequence(), next.extra() + " seen"));
            rows.remove();
        }
        assertThat(rows.isEmpty()).isTrue();
    }

    private static Waiting first(WaitingRows rows, SeriesNumbers numbers) {
        return at(rows, numbers, 0);
    }

    private static HashSet<Waiting> all(WaitingRows rows, SeriesNumbers numbers) {
        var all = new HashSet<Waiting>();
        for (int i = 0; i < rows.size(); i++) {
            all.add(at(rows, numbers, i));
        }
        return all;
    }

    private static Waiting at(WaitingRows rows, SeriesNumbers numbers, int at) {
        var extra = rows.extra(at);
        assertThat(extra).isNotNull();
        return new Waiting(rows.timeNanos(at), numbers.name(rows.series(at)), rows.sequence(at), extra);
    }
}
