package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.processor.Running;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Rule 4, at the end of each run of a topology in a test driver. */
final class Counts {
    private Counts() {}

    /**
     * Asserts that each record counts once per view and input, and gives the counts.
     *
     * @param records how many an input's topic has
     * @return by view and input, as in {@code bars/trades}
     */
    static TreeMap<String, java.util.Map<String, Long>> addUp(
            Pipeline pipeline, Running running, ToLongFunction<String> records) {
        var counts = new TreeMap<String, java.util.Map<String, Long>>();
        for (var view : pipeline.views().values()) {
            for (String input : view.inputs()) {
                var counted = running.counts(view.name(), input);
                assertThat(counted.values().stream().mapToLong(Long::longValue).sum())
                        .as("records of %s that %s has counted: %s", input, view.name(), counted)
                        .isEqualTo(records.applyAsLong(input));
                counts.put(view.name() + "/" + input, counted);
            }
        }
        return counts;
    }
}
