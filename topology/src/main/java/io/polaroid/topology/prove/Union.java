package io.polaroid.topology.prove;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * All rows of a view's inputs in one partition, late ones too, and those that were brought in, each once: by the feed's id where there is
 * one, else by offset, else by time (rows that were brought in end where the topic's begin).
 *
 * @param inputs by input
 * @param seams what was left out of each stream's rows that were brought in, and why
 */
record Union(Map<String, BatchRows> inputs, List<String> seams) {
    static Union of(
            ViewReader reader,
            ViewSpec view,
            Map<String, Brought> brought,
            int partition,
            Map<TopicPartition, Long> position) {
        var inputs = reader.inputs(partition, position, Map.<String, Set<Long>>of());
        var seams = new ArrayList<String>();
        brought.forEach((stream, rows) -> {
            var into = inputs.get(stream);
            if (into == null) {
                throw new PolaroidException(Problem.of(
                        ProblemCode.INVALID_ARGUMENT,
                        "view %s does not read %s; it reads %s"
                                .formatted(view.name(), stream, String.join(", ", view.inputs()))));
            }
            long offset = position.getOrDefault(new TopicPartition(stream, partition), 0L);
            long below = reader.format(stream).position(offset, 0);
            add(view, stream, partition, rows, into, below).ifPresent(seams::add);
        });
        return new Union(inputs, seams);
    }

    private static java.util.Optional<String> add(
            ViewSpec view, String stream, int partition, Brought brought, BatchRows into, long below) {
        var found = new ArrayList<>(brought.of(partition));
        if (found.isEmpty()) {
            return java.util.Optional.empty();
        }
        found.sort(Comparator.comparingLong((Brought.Found row) -> row.fits().timeNanos()));
        boolean numbered = !(view instanceof ViewSpec.Resample);
        long begin = into.first();
        long next = -found.size();
        long taken = 0;
        for (Brought.Found row : found) {
            long offset = row.offset().orElse(next++);
            if (numbered && row.offset().isEmpty()) {
                throw new PolaroidException(Problem.of(
                        ProblemCode.INVALID_ARGUMENT,
                        "view %s has a result for each row, told apart by its offset in %s; the rows that were given have none"
                                .formatted(view.name(), stream)));
            }
            boolean isNew = brought.hasId()
                    ? into.addMissing(offset, row.fits(), row.cells())
                    : row.offset().isPresent()
                            ? offset < below && into.addAt(offset, row.fits(), row.cells())
                            : row.fits().timeNanos() < begin && into.addMissing(offset, row.fits(), row.cells());
            taken += isNew ? 1 : 0;
        }
        return java.util.Optional.of("%s-%d: %d rows brought in, %d of them were there already (%s)"
                .formatted(
                        stream,
                        partition,
                        found.size(),
                        found.size() - taken,
                        brought.hasId()
                                ? "by the feed's id"
                                : "by offset, or by time where a row has none: those before the topic's first"
                                        + " row count"));
    }
}
