package io.polaroid.bench.child;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a contestant is asked to do; travels as {@code name=value} arguments.
 *
 * @param peer the contestant's name
 * @param job what to work out
 * @param guarantee what must survive a crash
 * @param bootstrap the broker
 * @param trades topic of trades
 * @param quotes topic of quotes
 * @param output topic of results
 * @param application application id, consumer group and prefix of transactional ids
 * @param folder for state; empty at the start
 * @param threads how many threads process
 * @param disorderMillis how long results wait for stragglers
 * @param commitMillis how often Kafka Streams commits
 * @param bounded whether the input ends where the topics end now
 * @param answer the answer that a restored contestant must give, empty if it is not restored
 */
public record Task(
        String peer,
        Job job,
        Guarantee guarantee,
        String bootstrap,
        String trades,
        String quotes,
        String output,
        String application,
        Path folder,
        int threads,
        long disorderMillis,
        int commitMillis,
        boolean bounded,
        String answer) {

    /** How long producers wait for more: 20 ms is best for catching up, 5 ms (Polaroid's own) where latency is measured. */
    public int lingerMillis() {
        return bounded ? 20 : 5;
    }

    /** The arguments that {@link #parse} reads. */
    public List<String> arguments() {
        return List.of(
                "peer=" + peer,
                "job=" + job.id(),
                "guarantee=" + guarantee.id(),
                "bootstrap=" + bootstrap,
                "trades=" + trades,
                "quotes=" + quotes,
                "output=" + output,
                "application=" + application,
                "folder=" + folder,
                "threads=" + threads,
                "disorder=" + disorderMillis,
                "commit=" + commitMillis,
                "bounded=" + bounded,
                "answer=" + answer);
    }

    /** Reads {@link #arguments}. */
    public static Task parse(String[] arguments) {
        var values = Arrays.stream(arguments)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new Task(
                value(values, "peer"),
                Job.of(value(values, "job")),
                Guarantee.of(value(values, "guarantee")),
                value(values, "bootstrap"),
                value(values, "trades"),
                value(values, "quotes"),
                value(values, "output"),
                value(values, "application"),
                Path.of(value(values, "folder")),
                Integer.parseInt(value(values, "threads")),
                Long.parseLong(value(values, "disorder")),
                Integer.parseInt(value(values, "commit")),
                Boolean.parseBoolean(value(values, "bounded")),
                value(values, "answer"));
    }

    private static String value(Map<String, String> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }
}
