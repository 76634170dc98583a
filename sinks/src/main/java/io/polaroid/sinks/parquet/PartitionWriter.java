package io.polaroid.sinks.parquet;

import io.polaroid.schemas.lake.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one topic partition. Rows go to temporary files as they come (a file per day and schema, at most
 * {@link #MOST_FILES}), so that what is in memory is bounded by {@code MOST_FILES} row groups, not by the length of a file
 * set. Where {@link Roll} says so, all of them end together: footers, fsync, renames, fsync of the folders, manifest.
 *
 * <p>Not thread-safe; of the task's thread. After an {@link IOException} only {@link #close} is of use.
 */
final class PartitionWriter implements AutoCloseable {
    /** Most files of one set. */
    static final int MOST_FILES = 16;

    private static final Logger LOG = LoggerFactory.getLogger(PartitionWriter.class);
    private static final long MILLIS_PER_DAY = 86_400_000L;

    private final LakeFiles files;
    private final ParquetSink sink;
    private final Roll roll;
    private final RowDecoder decoder;
    private final Counts counts;
    private final Map<FileKey, RowFile> open = new LinkedHashMap<>();
    private Manifest manifest;
    private Span span = Span.EMPTY;
    private long position;
    private long deliveredAgainTo = -1;

    private PartitionWriter(LakeFiles files, ParquetSink sink, RowDecoder decoder, Counts counts, Manifest manifest) {
        this.files = files;
        this.sink = sink;
        this.roll = new Roll(sink.rollRows(), sink.rollEvery().toMillis(), MOST_FILES);
        this.decoder = decoder;
        this.counts = counts;
        this.manifest = manifest;
        this.position = rememberFrom(sink, manifest) - 1;
    }

    /** Goes on where the manifest says; removes what a crash left under temporary names. */
    static PartitionWriter open(
            LakeFiles files, ParquetSink sink, String topic, int partition, RowDecoder decoder, Counts counts)
            throws IOException {
        for (Path left : files.temporaries(sink.root().resolve(topic), temporaryPrefix(topic, partition))) {
            files.delete(left);
        }
        Manifest manifest = files.readManifest(sink.root(), topic, partition)
                .orElseGet(() -> new Manifest(topic, partition, -1, List.of()));
        return new PartitionWriter(files, sink, decoder, counts, manifest);
    }

    /** Every published row at or below this number is in files; -1 before the first. */
    long boundary() {
        return manifest.boundary();
    }

    /** Offset of the first record that may have rows that are in no file. */
    long nextOffset() {
        return decoder.format().offset(manifest.boundary() + 1);
    }

    /** Offset of the record to begin reading at. */
    long beginOffset() {
        return decoder.format().offset(position + 1);
    }

    /**
     * The first record to read again: with a stream, those before the boundary are still looked at whose feed ids its
     * retention remembers.
     */
    private static long rememberFrom(ParquetSink sink, Manifest manifest) {
        long next = manifest.boundary() + 1;
        long retention = sink.tables().stream()
                .filter(table -> table.topic().equals(manifest.table()))
                .mapToLong(table -> switch (table) {
                    case ParquetSink.Stream stream
                    when stream.declaration().id().isPresent() ->
                        stream.retention().toMillis();
                    case ParquetSink.Stream stream -> -1;
                    case ParquetSink.View view -> -1;
                })
                .findFirst()
                .orElse(-1);
        if (retention < 0) {
            return next;
        }
        long newest = manifest.files().stream()
                .mapToLong(Manifest.File::maxTimeMillis)
                .max()
                .orElse(Long.MIN_VALUE);
        return manifest.files().stream()
                .filter(file -> file.maxTimeMillis() >= newest - retention - 1)
                .mapToLong(Manifest.File::firstOffset)
                .min()
                .orElse(next);
    }

    /** Number of the newest row taken, its record's offset where records are rows; where the next is read from, less one, before the first. */
    long position() {
        return position;
    }

    /** Says that records up to the newest one seen may be delivered once more. */
    void expectAgain() {
        deliveredAgainTo = position;
    }

    /** Takes the next record. */
    void accept(SinkRecord message) throws IOException {
        long offset = message.originalKafkaOffset();
        long last = decoder.format().lastOf(offset);
        if (last <= position) {
            if (last <= deliveredAgainTo) {
                return;
            }
            throw new ConnectException(name() + " begins again at offset " + offset + ", though records up to "
                    + decoder.format().offset(position)
                    + " were taken: the topic is another one; move " + table() + " away and restart the task");
        }
        decoder.decode(message, this::take);
        position = last;
    }

    private void take(long number, long end, Decoded decoded) throws IOException {
        if (number <= manifest.boundary()) {
            return;
        }
        switch (decoded) {
            case Decoded.Row row -> write(row, number, end);
            case Decoded.Heartbeat heartbeat -> {
                counts.skipped(Decoded.Skipped.CONTROL);
                if (roll.endsAtHeartbeat(span, heartbeat.millis())) {
                    cut();
                }
            }
            case Decoded.Skipped skipped -> counts.skipped(skipped);
        }
    }

    /** Drops the rows since the last cut; they are read again by whoever goes on. Never cuts. */
    @Override
    public void close() {
        for (RowFile file : open.values()) {
            try {
                file.abandon();
                files.delete(file.temporary());
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("file", file.temporary())
                        .setCause(e)
                        .log("a temporary file stays behind until the partition is opened again");
            }
        }
        open.clear();
        span = Span.EMPTY;
    }

    private void write(Decoded.Row row, long offset, long end) throws IOException {
        var key = new FileKey(folder(row.millis()), row.schema());
        boolean opens = !open.containsKey(key);
        if (roll.endsBefore(span, row.millis(), opens)) {
            cut();
            opens = true;
        }
        RowFile file = open.get(key);
        if (file == null) {
            String temporary = temporaryPrefix(manifest.table(), manifest.partition()) + UUID.randomUUID() + ".tmp";
            file = RowFile.create(files, table().resolve(key.folder()).resolve(temporary), row.schema());
            open.put(key, file);
        }
        file.write(row, offset);
        counts.row();
        span = span.with(offset, end, row.millis(), opens);
        if (roll.isFull(span)) {
            cut();
        }
    }

    private void cut() throws IOException {
        for (RowFile file : open.values()) {
            file.finish();
            files.force(file.temporary());
        }
        var named = new ArrayList<>(manifest.files());
        Schema first = open.keySet().iterator().next().schema();
        for (Map.Entry<FileKey, RowFile> entry : open.entrySet()) {
            FileKey key = entry.getKey();
            RowFile file = entry.getValue();
            String path = key.folder() + fileName(key.schema(), first);
            files.rename(file.temporary(), table().resolve(path));
            named.add(new Manifest.File(
                    path, file.firstOffset(), file.lastOffset(), file.rows(), file.minMillis(), file.maxMillis()));
        }
        for (FileKey key : open.keySet()) {
            files.forceFolder(table().resolve(key.folder()));
        }
        publish(new Manifest(manifest.table(), manifest.partition(), span.lastOffset(), named));
        LOG.atInfo()
                .addKeyValue("topic", manifest.table())
                .addKeyValue("partition", manifest.partition())
                .addKeyValue("boundary", manifest.boundary())
                .addKeyValue("rows", span.rows())
                .addKeyValue("files", span.files())
                .log("files written");
        open.clear();
        span = Span.EMPTY;
    }

    /**
     * A manifest that is further belongs to whoever took this partition over: it stays. Since cuts are a function of the
     * records alone, ours would be a beginning of it, so that the instant between this look and the rename does no harm.
     */
    private void publish(Manifest next) throws IOException {
        Optional<Manifest> there = files.readManifest(sink.root(), next.table(), next.partition());
        if (there.isEmpty() || there.get().boundary() < next.boundary()) {
            files.replaceManifest(sink.root(), next);
        }
        manifest = next;
    }

    /** Rows of the schema that the set begins with have the plain name; others say which schema they are of. */
    private String fileName(Schema schema, Schema first) {
        String name = name() + "-" + span.firstOffset() + "-" + span.lastOffset();
        if (!schema.equals(first)) {
            byte[] text = schema.toString().getBytes(StandardCharsets.UTF_8);
            name += "-" + HexFormat.of().toHexDigits(SchemaNormalization.fingerprint64(text));
        }
        return name + ".parquet";
    }

    private String folder(long millis) {
        return sink.byDate() ? "date=" + LocalDate.ofEpochDay(Math.floorDiv(millis, MILLIS_PER_DAY)) + "/" : "";
    }

    private Path table() {
        return sink.root().resolve(manifest.table());
    }

    private String name() {
        return manifest.table() + "-" + manifest.partition();
    }

    private static String temporaryPrefix(String topic, int partition) {
        return "." + topic + "-" + partition + "-";
    }

    /**
     * Which file a row goes to.
     *
     * @param folder empty, or the folder of its day with a slash
     */
    private record FileKey(String folder, Schema schema) {}
}
