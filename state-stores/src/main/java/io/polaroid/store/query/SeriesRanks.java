package io.polaroid.store.query;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The series of a store in the order of their keys' bytes. Immutable, but for what it reads from: names that stay. */
final class SeriesRanks {
    private final SeriesNames names;
    private final int[] numbers;
    private final int[] ranks;

    private SeriesRanks(SeriesNames names, int[] numbers) {
        this.names = names;
        this.numbers = numbers;
        this.ranks = new int[numbers.length];
        for (int rank = 0; rank < numbers.length; rank++) {
            ranks[numbers[rank]] = rank;
        }
    }

    static SeriesRanks none(SeriesNames names) {
        return new SeriesRanks(names, new int[0]);
    }

    private record Named(byte[] key, int number) {
        boolean precedes(byte[] other) {
            return Arrays.compareUnsigned(key, other) < 0;
        }
    }

    /** Those of the first {@code count} series: the new ones are put in order and merged with the others. */
    SeriesRanks upTo(int count) {
        var added = new Named[count - numbers.length];
        for (int i = 0; i < added.length; i++) {
            added[i] = new Named(key(numbers.length + i), numbers.length + i);
        }
        Arrays.sort(added, (one, other) -> Arrays.compareUnsigned(one.key(), other.key()));
        int[] merged = new int[count];
        int old = 0;
        int at = 0;
        for (Named series : added) {
            while (old < numbers.length && !series.precedes(key(numbers[old]))) {
                merged[at++] = numbers[old++];
            }
            merged[at++] = series.number();
        }
        System.arraycopy(numbers, old, merged, at, numbers.length - old);
        return new SeriesRanks(names, merged);
    }

    private byte[] key(int number) {
        return names.get(number).getBytes(StandardCharsets.UTF_8);
    }

    int size() {
        return numbers.length;
    }

    /** Number of a series by rank. */
    int number(int rank) {
        return numbers[rank];
    }

    /** Rank of a series by number; one that is not known (it is newer) comes behind all. */
    int rank(int number) {
        return number < ranks.length ? ranks[number] : Integer.MAX_VALUE;
    }

    /** The first rank of a range. */
    int first(KeyRange keys) {
        return keys.isInverted()
                ? 0
                : find(
                        keys.first(),
                        0,
                        key -> Arrays.compareUnsigned(key, keys.first().orElseThrow()));
    }

    /** The rank at which a range ends, exclusive. */
    int end(KeyRange keys) {
        if (keys.isInverted()) {
            return 0;
        }
        return find(
                keys.last(),
                numbers.length,
                key -> Arrays.compareUnsigned(key, keys.last().orElseThrow()) <= 0 ? -1 : 0);
    }

    /** The first rank whose key does not compare as less. */
    private int find(Optional<byte[]> bound, int without, ToIntFunction<byte[]> compare) {
        if (bound.isEmpty()) {
            return without;
        }
        int low = 0;
        int high = numbers.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare.applyAsInt(key(numbers[middle])) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
