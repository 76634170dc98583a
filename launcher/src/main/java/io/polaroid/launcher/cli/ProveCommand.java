package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.launcher.history.ParquetHistory;
import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import io.polaroid.topology.prove.Proof;
import io.polaroid.topology.prove.Prover;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether a view is the batch answer over its input. */
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description =
                "Computes a view again in batch from its input topic (and from the sinks' Parquet what that has no"
                        + " more), without the rows that its late topic names, and compares every closed result with the"
                        + " view's topic and the server's state. Of times that were backfilled, all rows count; name again"
                        + " what the backfill was given, else these results are left out.",
        footer = {
            "",
            "Exit codes: 0 all are equal, 1 some differ (each is printed), 2 it could not be told.",
            "Example: ./polaroid prove bars_1m demo/pipeline.yaml"
        })
final class ProveCommand implements Callable<Integer> {
    private static final int SHOWN = 1_000;

    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final PortOptions ports = new PortOptions();

    @Mixin
    private final ServerOption server = new ServerOption();

    @Parameters(index = "0", arity = "1", paramLabel = "VIEW", description = "a view of the pipeline")
    private String view = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PIPELINE",
            description = "the pipeline file that runs (${DEFAULT-VALUE})")
    private Path pipeline = Path.of("pipeline.yaml");

    @Option(names = "--topic-only", description = "do not ask the server for the state")
    private boolean topicOnly;

    @Mixin
    private final GivenOptions given = new GivenOptions();

    ProveCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        return named().load(console, this::prove);
    }

    private NamedPipeline named() {
        return new NamedPipeline(pipeline, ports.over(environment));
    }

    private int prove(PipelineFile file) {
        ViewSpec spec = named().view(file, view);
        try (var allocator = new RootAllocator()) {
            Proof proof = prove(file, spec, allocator);
            show(proof);
            return proof.holds() ? ExitCode.OK : ExitCode.FAILED;
        } catch (PolaroidException e) {
            console.error(e.problem().detail());
            return ExitCode.WRONG_USE;
        }
    }

    private Proof prove(PipelineFile file, ViewSpec spec, RootAllocator allocator) {
        Settings settings = ports.settings(environment);
        var registry = HttpSchemaRegistry.of(List.of(file.registry().orElseGet(settings::localRegistry)));
        var topology = PipelineTopology.of(file.pipeline(), registry, allocator, new Running())
                .orThrow();
        String servers = file.bootstrap().orElseGet(settings::localBroker);
        var columns = Objects.requireNonNull(topology.viewSchemas().get(view)).getFields().stream()
                .map(field -> field.getName())
                .toList();
        Optional<Supplier<List<Row>>> state = topicOnly ? Optional.empty() : Optional.of(() -> state(columns));
        return new Prover(
                        file.pipeline(),
                        spec,
                        registry,
                        topology,
                        servers,
                        new ParquetHistory(file.sinks()),
                        given.brought(file.pipeline(), spec))
                .prove(state);
    }

    private List<Row> state(List<String> columns) {
        var rows = new ArrayList<Row>();
        String sql = "select %s from \"%s\" where revision is not null"
                .formatted(
                        String.join(
                                ", ",
                                columns.stream().map(name -> "\"" + name + "\"").toList()),
                        view);
        try {
            new FlightQuery(server.in(ports.over(environment))).run(sql, stream -> read(stream, rows));
        } catch (PolaroidException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the state of " + view + " cannot be read", e);
        }
        return rows;
    }

    private static void read(FlightStream stream, List<Row> rows) {
        while (stream.next()) {
            var vectors = stream.getRoot().getFieldVectors();
            for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
                @Nullable Object[] cells = new Object[vectors.size()];
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = cell(vectors.get(i), row);
                }
                rows.add(new ArrayRow(cells));
            }
        }
    }

    /** As rows box their cells. */
    private static @Nullable Object cell(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        if (vector instanceof TimeStampVector times) {
            return times.get(row);
        }
        return switch (vector.getObject(row)) {
            case Text text -> text.toString();
            case Float number -> number.doubleValue();
            case Byte number -> number.longValue();
            case Short number -> number.longValue();
            case Integer number -> number.longValue();
            case Object other -> other;
        };
    }

    private static String some(long count, String what) {
        return count == 0 ? "" : ", %d %s".formatted(count, what);
    }

    private void show(Proof proof) {
        for (Proof.Range range : proof.partitions()) {
            console.line("partition %d: %s: %d records, %d late rows left out, %d closed results%s"
                    .formatted(
                            range.partition(),
                            range.read(),
                            range.records(),
                            range.late(),
                            range.results(),
                            range.from()
                                    .map(from -> " from %s to %s"
                                            .formatted(from, range.to().orElse(from)))
                                    .orElse("")));
        }
        proof.cuts().forEach(console::line);
        proof.differences().stream().limit(SHOWN).forEach(console::line);
        if (proof.differences().size() > SHOWN) {
            console.line("and %d more".formatted(proof.differences().size() - SHOWN));
        }
        long results =
                proof.partitions().stream().mapToLong(Proof.Range::results).sum();
        console.line("%s: %s; %d results%s%s%s%s"
                .formatted(
                        proof.view(),
                        proof.holds()
                                ? "equals the batch answer"
                                : proof.differences().size() + " differences from the batch answer",
                        results,
                        proof.stateRows()
                                .map(rows -> ", %d rows of state compared".formatted(rows))
                                .orElse(", state not compared"),
                        some(proof.inMotion(), "in motion"),
                        some(proof.unknown(), "depend on control records that are gone and were left out"),
                        some(proof.backfilled(), "were set by a backfill and left out")));
    }
}
