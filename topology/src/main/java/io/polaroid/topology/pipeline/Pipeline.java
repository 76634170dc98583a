package io.polaroid.topology.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
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
}
