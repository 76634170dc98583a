package io.polaroid.topology.pipeline;

import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What the results of a stream or view mean, as a text that is equal as long as older state and topics go on to be right. Knobs that say
 * when something happens (disorder, grace, retention, emit, late) are no part of it.
 */
public final class Signature {
    private Signature() {}

    /** Signatures by name, {@code stream} or {@code view} before each. */
    public static SequencedMap<String, String> of(Pipeline pipeline) {
        var signatures = new TreeMap<String, String>();
        pipeline.streams().forEach((name, stream) -> signatures.put("stream " + name, of(stream)));
        pipeline.views().forEach((name, view) -> signatures.put("view " + name, of(view)));
        return signatures;
    }

    private static String of(StreamSpec stream) {
        return "key %s, time %s, id %s, partitions %d%s"
                .formatted(
                        stream.key(),
                        stream.time(),
                        stream.id().orElse("none"),
                        stream.partitions(),
                        switch (stream.format()) {
                            case AVRO -> "";
                            case ARROW -> ", format arrow";
                        });
    }

    private static String of(ViewSpec view) {
        return switch (view) {
            case ViewSpec.Resample resample ->
                "%s every %s: %s%s"
                        .formatted(
                                resample.from(),
                                resample.windows().isPlain() ? resample.every() : resample.windows(),
                                aggregates(resample.aggregates()),
                                of(resample.gaps()));
            case ViewSpec.Rolling rolling ->
                "%s over %s: %s".formatted(rolling.from(), rolling.period(), aggregates(rolling.aggregates()));
            case ViewSpec.PerRow perRow -> "%s, each row: %s".formatted(perRow.from(), of(perRow.function()));
            case ViewSpec.Session session ->
                "%s in sessions of gap %s: %s"
                        .formatted(session.from(), session.gap(), aggregates(session.aggregates()));
            case ViewSpec.Steps steps ->
                "%s %s every %s, rows within %s: %s"
                        .formatted(
                                String.join(", ", steps.inputs()),
                                steps.take() == ViewSpec.Steps.Take.AT ? "upsampled" : "aligned",
                                steps.every(),
                                steps.tolerance().equals(steps.reach()) ? "reach" : steps.tolerance(),
                                steps.fills().fill() + " "
                                        + new TreeMap<>(steps.fills().columns()));
            case ViewSpec.Lookup lookup ->
                "%s with %s around it: %s".formatted(lookup.from(), lookup.with(), of(lookup.lookup()));
            case ViewSpec.AsOf asOf ->
                "%s as of %s within %s, %s%s"
                        .formatted(
                                asOf.from(),
                                asOf.with(),
                                asOf.tolerance(),
                                asOf.match(),
                                asOf.suffix().equals(ViewSpec.AsOf.SUFFIX) ? "" : ", suffix " + asOf.suffix());
        };
    }

    /** How far back rows are looked at follows from what is kept, unless it is given, and may be changed like that. */
    private static String of(RowFunction function) {
        return function.toString().replace(", within=" + function.within(), "");
    }

    /** Options that are not given are no part of it: earlier versions did not have them. */
    private static String of(Around around) {
        return around.toString()
                .replace(", suffix=" + ViewSpec.AsOf.SUFFIX + "]", "]")
                .replace(", prevailing=false", "");
    }

    private static String of(ViewSpec.Gaps gaps) {
        return gaps.isUsed()
                ? ", fill %s %s up to %s, status %s"
                        .formatted(gaps.fill(), new TreeMap<>(gaps.columns()), gaps.maxGap(), gaps.status())
                : "";
    }

    private static String aggregates(Map<String, String> aggregates) {
        return aggregates.toString();
    }
}
