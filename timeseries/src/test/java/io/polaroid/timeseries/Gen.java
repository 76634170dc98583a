package io.polaroid.timeseries;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Seeded random values for properties; a failing property names its seed. */
public final class Gen {
    private final SplittableRandom random;

    private Gen(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Runs a property for seeds from 1 on. */
    public static void forSeeds(int count, Consumer<Gen> property) {
        for (long seed = 1; seed <= count; seed++) {
            try {
                property.accept(new Gen(seed));
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    /** The values of one seed. */
    public static Gen of(long seed) {
        return new Gen(seed);
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public long between(long low, long high) {
        return random.nextLong(low, high + 1);
    }

    public long anyLong() {
        return random.nextLong();
    }

    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    public double unit() {
        return random.nextDouble();
    }

    @SafeVarargs
    public final <T> T pick(T... options) {
        return options[random.nextInt(options.length)];
    }

    public <T> T pick(List<T> options) {
        return options.get(random.nextInt(options.size()));
    }

    /** The same items in another order. */
    public <T> List<T> shuffled(List<T> items) {
        var copy = new ArrayList<>(items);
        for (int i = copy.size() - 1; i > 0; i--) {
            Collections.swap(copy, i, below(i + 1));
        }
        return copy;
    }
}
