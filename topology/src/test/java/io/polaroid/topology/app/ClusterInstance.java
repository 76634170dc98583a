package io.polaroid.topology.app;

import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.store.query.ArrowQuery;
import io.polaroid.store.query.KeyRange;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.testsupport.FullDisk;
import io.polaroid.topology.ClusterMarket;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.kafka.streams.query.StateQueryRequest;

/**
 * One instance of the pipeline in a process of its own. Arguments: servers, state folder, {@code market}
 * or {@code soak}, Kafka Streams properties. Told
 * {@code state FILE} it writes the committed rows and counts of the partitions that are active here; it leaves when its input ends.
 */
final class ClusterInstance {
    private ClusterInstance() {}

    public static void main(String[] arguments) throws Exception {
        var kafka = new java.util.HashMap<String, String>();
        for (String property : List.of(arguments).subList(3, arguments.length)) {
            kafka.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
        }
        var registry = new HashRegistry();
        registry.register("trades-value", BuiltInSchemas.trade()).orThrow();
        registry.register("quotes-value", BuiltInSchemas.quote()).orThrow();
        registry.register("readings-value", WideFeed.schema()).orThrow();
        var settings =
                new StreamsSettings(arguments[0], Path.of(arguments[1]), Duration.ofMillis(100), Map.copyOf(kafka));
        try (var allocator = new RootAllocator()) {
            var pipeline = switch (arguments[2]) {
                case "soak" -> ClusterMarket.soak();
                case "wide" -> WideFeed.pipeline();
                default -> ClusterMarket.pipeline();
            };
            try (var app = StreamsApp.open(pipeline, settings, registry, allocator)) {
                System.out.println(ChildJvm.ANSWER + "up");
                endIfItFails(app);
                listen(app, allocator);
            }
        }
        System.exit(0);
    }

    /** A test is not to wait for a pipeline that has stopped. */
    private static void endIfItFails(StreamsApp app) {
        Thread.ofPlatform().daemon().name("watch").start(() -> {
            while (!app.failed()) {
                LockSupport.parkNanos(100_000_000);
            }
            Runtime.getRuntime().halt(3);
        });
    }

    private static void listen(StreamsApp app, BufferAllocator allocator) throws Exception {
        var told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            if (app.failed()) {
                System.out.println(ChildJvm.ANSWER + "failed");
            } else if (line.startsWith("state ")) {
                var lines = new ArrayList<String>();
                for (LiveTable table : app.tables()) {
                    rows((StoreTable) table, allocator, lines);
                }
                app.views()
                        .forEach(view -> view.counts()
                                .forEach((outcome, count) -> lines.add(
                                        "count\t%s\t%s\t%s\t%d".formatted(view.view(), view.input(), outcome, count))));
                // Last: a partition that is still here had all its counts among those above.
                app.streams()
                        .forEach(stream -> lines.add("here\t%s\t%d".formatted(stream.stream(), stream.partition())));
                Files.write(Path.of(line.substring("state ".length())), lines);
                System.out.println(ChildJvm.ANSWER + "written");
            } else if (line.startsWith("room ")) {
                FullDisk.makeRoom(List.of(line.substring("room ".length()).split(" ", -1)));
                System.out.println(ChildJvm.ANSWER + "made");
            } else if (line.equals("memory")) {
                System.out.println(ChildJvm.ANSWER + Memory.now());
            } else if (line.equals("ready")) {
                System.out.println(ChildJvm.ANSWER + app.ready());
            } else if (line.equals("rows")) {
                System.out.println(ChildJvm.ANSWER + rows(app));
            } else if (line.startsWith("series ")) {
                var asked = line.split(" ", -1);
                System.out.println(ChildJvm.ANSWER
                        + series(app, asked[1], Integer.parseInt(asked[2]), Integer.parseInt(asked[3]), allocator));
            }
        }
    }

    /** Rows, duplicates and dead letters of all partitions. */
    private static String rows(StreamsApp app) {
        long rows = 0;
        long duplicates = 0;
        long deadLetters = 0;
        for (var stream : app.streams()) {
            rows += stream.rows();
            duplicates += stream.duplicates();
            deadLetters += stream.deadLetters();
        }
        return rows + " " + duplicates + " " + deadLetters;
    }

    /**
     * How many rows the readings of a device have in the row tier in a slice of time, and the sum of their second channel. Whoever has less
     * memory than an answer takes must ask so.
     */
    private static String series(StreamsApp app, String device, int slice, int slices, BufferAllocator allocator) {
        var table = (StoreTable) app.table("readings").orElseThrow();
        var partition = Set.of(SeriesKey.partition(device, WideFeed.PARTITIONS));
        var step = Duration.between(WideFeed.BEGIN, WideFeed.END).dividedBy(slices);
        long count = 0;
        long sum = 0;
        var from = WideFeed.BEGIN.plus(step.multipliedBy(slice));
        var to = slice == slices - 1 ? WideFeed.END : from.plus(step);
        var query = ArrowQuery.range(KeyRange.only(device), from, to, allocator);
        for (var result : table.streams()
                .query(StateQueryRequest.inStore(table.store())
                        .withQuery(query)
                        .withPartitions(partition)
                        .requireActive())
                .getPartitionResults()
                .values()) {
            try (var rows = result.getResult()) {
                var channel = (Float8Vector) rows.rows().getVector("c1");
                for (int row = 0; row < rows.rows().getRowCount(); row++) {
                    sum += (long) channel.get(row);
                    count++;
                }
            }
        }
        return count + " " + sum;
    }

    private static void rows(StoreTable table, BufferAllocator allocator, List<String> lines) {
        try (var here = table.active(allocator)) {
            rows(table, here, lines);
        }
    }

    /** A line for each partition and each row of a snapshot; of views, published rows. */
    static void rows(LiveTable table, TableSnapshot snapshot, List<String> lines) {
        for (TableSnapshot.Part part : snapshot.parts()) {
            lines.add("part\t%s\t%d".formatted(table.name(), part.partition()));
            var columns = part.rows().getFieldVectors();
            var line = table.kind() == LiveTable.Kind.STREAM ? stream(columns) : view(table.name(), columns);
            for (int row = 0; row < part.rows().getRowCount(); row++) {
                var cells = line.apply(row);
                if (!cells.isEmpty()) {
                    lines.add("row\t%s\t%d\t%s".formatted(table.name(), part.partition(), cells));
                }
            }
        }
    }

    private static IntFunction<String> stream(List<FieldVector> columns) {
        var offsets = columns.getLast();
        return row -> String.valueOf(bits(offsets, row));
    }

    /** Published rows: the key, a tab, and the cells that the oracle knows. */
    private static IntFunction<String> view(String name, List<FieldVector> columns) {
        var names = columns.stream().map(FieldVector::getName).toList();
        var revision = columns.get(names.indexOf("revision"));
        int rowOffset = names.indexOf("row_offset");
        return row -> {
            if (revision.isNull(row)) {
                return "";
            }
            var key = columns.get(0).getObject(row) + "/" + bits(columns.get(1), row)
                    + (rowOffset < 0 ? "" : "/" + bits(columns.get(rowOffset), row));
            return key + "\t"
                    + ClusterMarket.cells(
                            name,
                            column -> columns.get(column).isNull(row),
                            column -> ((Float8Vector) columns.get(column)).get(row),
                            column -> bits(columns.get(column), row));
        };
    }

    private static long bits(FieldVector column, int row) {
        return ((BaseFixedWidthVector) column).getTypeWidth() == Integer.BYTES
                ? column.getDataBuffer().getInt((long) row * Integer.BYTES)
                : column.getDataBuffer().getLong((long) row * Long.BYTES);
    }
}
