package io.polaroid.topology.view;

import io.polaroid.store.AppliedRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the series of a view, from 0 in the order in which they are met. */
final class SeriesNumbers {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** The numbers of one input's series, by those of its row tier; -1 for not met. */
    static final class OfInput {
        private final SeriesNumbers all;
        private int[] numberOf = {};

        OfInput(SeriesNumbers all) {
            this.all = all;
        }

        /** Number of the series of an accepted row. */
        int of(AppliedRows rows, int index) {
            int series = rows.series(index);
            if (series >= numberOf.length) {
                int before = numberOf.length;
                numberOf = Arrays.copyOf(numberOf, Math.max(64, series * 2));
                Arrays.fill(numberOf, before, numberOf.length, -1);
            }
            if (numberOf[series] < 0) {
                numberOf[series] = all.of(rows.seriesName(series));
            }
            return numberOf[series];
        }
    }

    int of(String name) {
        Integer known = numbers.putIfAbsent(name, names.size());
        if (known != null) {
            return known;
        }
        names.add(name);
        return names.size() - 1;
    }

    String name(int number) {
        return names.get(number);
    }

    int size() {
        return names.size();
    }
}
