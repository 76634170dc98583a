package io.polaroid.topology.pipeline;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A pipeline: one Kafka Streams application.
 *
 * @param application name of the application, its consumer group and the prefix of its internal topics
 * @param guarantee what survives a crash
 * @param threads stream threads
 * @param streams by name, in declared order
 * @param views by name, in declared order
 */
public record Pipeline(
        String application,
        Guarantee guarantee,
        int threads,
        SequencedMap<String, StreamSpec> streams,
        SequencedMap<String, ViewSpec> views) {
    /** What survives a crash. */
    public enum Guarantee {
        EXACTLY_ONCE_V2,
        AT_LEAST_ONCE
    }

    /** A pipeline of these streams and views. */
    public static Pipeline of(
            String application, Guarantee guarantee, int threads, List<StreamSpec> streams, List<ViewSpec> views) {
        var streamsByName = new LinkedHashMap<String, StreamSpec>();
        streams.forEach(stream -> streamsByName.put(stream.name(), stream));
        var viewsByName = new LinkedHashMap<String, ViewSpec>();
        views.forEach(view -> viewsByName.put(view.name(), view));
        return new Pipeline(application, guarantee, threads, streamsByName, viewsByName);
    }

    /** Views, each after those that it reads. A problem if views read each other in a circle, or what is not there. */
    public Result<List<ViewSpec>> viewsInOrder() {
        var ordered = new LinkedHashMap<String, ViewSpec>();
        for (ViewSpec view : views.values()) {
            var problem = order(view, ordered, new LinkedHashSet<>());
            if (problem.isPresent()) {
                return Result.err(problem.get());
            }
        }
        return Result.ok(List.copyOf(ordered.values()));
    }

    private Optional<Problem> order(
            ViewSpec view, SequencedMap<String, ViewSpec> ordered, LinkedHashSet<String> onTheWay) {
        if (ordered.containsKey(view.name())) {
            return Optional.empty();
        }
        if (!onTheWay.add(view.name())) {
            return Optional.of(Problem.of(
                    ProblemCode.INVALID_CONFIG, "views read each other in a circle: " + String.join(", ", onTheWay)));
        }
        for (String input : view.inputs()) {
            var inner = views.get(input);
            if (inner == null && !streams.containsKey(input)) {
                return Optional.of(Problem.of(
                        ProblemCode.INVALID_CONFIG,
                        "view " + view.name() + " reads " + input + ", which is neither stream nor view"));
            }
            if (inner != null) {
                var problem = order(inner, ordered, onTheWay);
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        onTheWay.remove(view.name());
        ordered.put(view.name(), view);
        return Optional.empty();
    }

    /** The stream that a view goes back to by its first inputs; the stream itself for a stream. */
    public StreamSpec root(String name) {
        var view = views.get(name);
        return view == null ? Objects.requireNonNull(streams.get(name), name) : root(view.from());
    }

    /** The views that read this stream or view, in declared order. */
    public List<String> readersOf(String input) {
        return views.values().stream()
                .filter(view -> view.inputs().contains(input))
                .map(ViewSpec::name)
                .toList();
    }
}
