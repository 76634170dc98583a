package io.polaroid.sinks.parquet;

import io.polaroid.schemas.lake.Manifest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.connect.sink.SinkRecord;

/** A folder that tasks write to, and what a reader finds there. */
record Lake(Path root, Topic topic, long rollRows, Duration rollEvery) {
    private static final LakeFiles FILES = new LocalLakeFiles();

    ParquetSink sink() {
        return new ParquetSink(
                root,
                List.of(new ParquetSink.View(Topic.NAME, "ts")),
                List.of("date"),
                rollRows,
                rollEvery,
                URI.create("http://localhost:8081"));
    }

    /** A task that has opened the partition. */
    Running start(LakeFiles files) {
        var context = new FakeSinkTaskContext();
        var task = new ParquetSinkTask(files, url -> topic.registry);
        task.initialize(context);
        task.start(sink().toConnectorConfig(1));
        task.open(List.of(Topic.PARTITION));
        return new Running(task, context);
    }

    Manifest manifest() throws IOException {
        return FILES.readManifest(root, Topic.NAME, Topic.PARTITION.partition())
                .orElseGet(() -> new Manifest(Topic.NAME, Topic.PARTITION.partition(), -1, List.of()));
    }

    /** The rows of the files that the manifest names, in the form of {@link Topic#published}. */
    List<String> rows() throws IOException, SQLException {
        return query("SELECT concat_ws(' ', _offset, epoch_us(ts), close) FROM files ORDER BY _offset");
    }

    /** What a query over {@code files} says, the first column of each row. */
    List<String> query(String sql) throws IOException, SQLException {
        List<Manifest.File> files = manifest().files();
        if (files.isEmpty()) {
            return List.of();
        }
        String paths = files.stream()
                .map(file -> "'" + root.resolve(Topic.NAME).resolve(file.path()) + "'")
                .collect(Collectors.joining(","));
        var rows = new ArrayList<String>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET autoinstall_known_extensions=false; SET TimeZone='UTC'");
            statement.execute("CREATE VIEW files AS SELECT * FROM read_parquet([" + paths
                    + "], union_by_name=true, hive_partitioning=true)");
            try (var result = statement.executeQuery(sql)) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
        }
        return rows;
    }

    /** What the topic has published at or below the boundary. */
    List<String> publishedBelowBoundary() throws IOException {
        long boundary = manifest().boundary();
        return topic.published.stream()
                .filter(row -> Long.parseLong(row.substring(0, row.indexOf(' '))) <= boundary)
                .toList();
    }

    /** Names and content of the files that the manifest names, and of the manifest. */
    TreeMap<String, String> content() throws IOException {
        var content = new TreeMap<String, String>();
        for (Manifest.File file : manifest().files()) {
            byte[] bytes = Files.readAllBytes(root.resolve(Topic.NAME).resolve(file.path()));
            content.put(file.path(), HexFormat.of().formatHex(sha(bytes)));
        }
        content.put("manifest", manifest().toString());
        return content;
    }

    /** Everything in the folder. */
    List<Path> everything() throws IOException {
        try (var found = Files.walk(root)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    private static byte[] sha(byte[] bytes) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A task and where it said it goes on. */
    record Running(ParquetSinkTask task, FakeSinkTaskContext context) {
        /** Delivers what follows the task's offset in batches of random sizes. */
        void deliver(List<SinkRecord> records, SplittableRandom random) {
            long from = context.offsets.getOrDefault(Topic.PARTITION, 0L);
            var rest = records.stream().filter(r -> r.kafkaOffset() >= from).toList();
            for (int i = 0; i < rest.size(); ) {
                int end = Math.min(rest.size(), i + random.nextInt(1, 40));
                task.put(rest.subList(i, end));
                var unused = task.preCommit(java.util.Map.of());
                i = end;
            }
        }

        /** Stops as Connect does. */
        void stop() {
            task.close(List.of(Topic.PARTITION));
            task.stop();
        }
    }
}
