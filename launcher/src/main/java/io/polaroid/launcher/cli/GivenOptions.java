package io.polaroid.launcher.cli;

import io.polaroid.launcher.history.Given;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.prove.Brought;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Rows of a stream that files have. */
final class GivenOptions {
    @Option(
            names = "--parquet",
            paramLabel = "FILE",
            description = "Parquet files with rows of the stream, * allowed; may be there several times")
    private List<String> parquet = List.of();

    @Option(
            names = "--pages",
            paramLabel = "FILE",
            description =
                    "recorded replies of a REST service with rows of the stream, each one JSON document, * allowed")
    private List<String> pages = List.of();

    @Option(
            names = "--items",
            paramLabel = "PATH",
            description = "JSON path of the array of rows in a reply (${DEFAULT-VALUE}, the reply itself)")
    private String items = "$";

    @Option(
            names = "--set",
            paramLabel = "COLUMN=FROM",
            description =
                    "where a column of the stream comes from, if not from the one of its name: a SQL expression over"
                            + " the file's columns, as in size=quantity or \"symbol='BTCUSDT'\"; of pages also a JSON"
                            + " pointer with the unit of epoch numbers behind it, as in ts=/time:ms")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--stream", paramLabel = "STREAM", description = "whose rows these are (the view's first input)")
    private Optional<String> stream = Optional.empty();

    /** What is given, by stream; with more pages. */
    Map<String, Brought> brought(Pipeline pipeline, ViewSpec view, List<String> more) {
        var json = new ArrayList<>(pages);
        json.addAll(more);
        var given = new Given(parquet, json, items, set);
        if (given.isEmpty()) {
            return Map.of();
        }
        String name = stream.orElse(view.from());
        var spec = pipeline.streams().get(name);
        if (spec == null) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.INVALID_ARGUMENT,
                    "%s is no stream, so it takes no rows; backfill the view that reads a stream first"
                            .formatted(name)));
        }
        return Map.of(name, given.of(spec));
    }

    Map<String, Brought> brought(Pipeline pipeline, ViewSpec view) {
        return brought(pipeline, view, List.of());
    }
}
