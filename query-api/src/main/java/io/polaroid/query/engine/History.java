package io.polaroid.query.engine;

import io.polaroid.query.catalog.Lake;
import io.polaroid.query.topic.TopicTable;
import io.polaroid.schemas.lake.Manifest;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableScan;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cold side of one table as it stood before its snapshot was taken, and the SQL that joins it to the hot side.
 *
 * <p>Streams: cold up to the boundary, hot beyond it, by offset and partition. Views: the newest revision of each result in
 * either; a provisional one only where nothing is published.
 *
 * <p>Cold rows of a stream are all that its topic holds, so a duplicate by the feed's own id that the engine removed is still
 * in them: a live table does not yet say which column is its id.
 *
 * @param table the table
 * @param manifests what sinks have written, by partition; empty where no sink writes it
 * @param files the files of all manifests, absolute
 */
record History(LiveTable table, List<Manifest> manifests, List<Path> files) {
    private static final Set<String> TIMES_OF_DAY = Set.of("TIME", "TIME_NS", "TIME WITH TIME ZONE");
    private static final String STRUCT = "STRUCT(";
    private static final String ROW_OFFSET = "row_offset";
    private static final String REVISION = "revision";

    static Result<History> of(LiveTable table, Lake lake) {
        return lake.manifests(table.name())
                .map(manifests -> new History(
                        table,
                        manifests,
                        manifests.stream()
                                .flatMap(manifest -> lake.files(manifest).stream())
                                .toList()));
    }

    static History none(LiveTable table) {
        return new History(table, List.of(), List.of());
    }

    /** The parts of a scan that leave out rows which history does not have either. */
    Optional<Problem> hole(TableScan scan) {
        if (manifests.isEmpty()) {
            return Optional.empty();
        }
        return scan.parts().stream()
                .filter(part -> missing(part, manifest(part.partition())))
                .findFirst()
                .map(part -> new Problem(
                        ProblemCode.HISTORY_HOLE,
                        "partition " + part.partition() + " of " + table.name() + " has a hole: "
                                + sides(part, manifest(part.partition()))
                                + "; wait for the sink to catch up, or raise the table's retention",
                        Map.of("table", table.name(), "partition", Integer.toString(part.partition()))));
    }

    private boolean missing(TableScan.Part part, Manifest manifest) {
        return switch (table.kind()) {
            case STREAM -> part.completeFrom() > manifest.boundary() + 1;
            case VIEW ->
                !manifest.files().isEmpty()
                        && TimeUnit.NANOSECONDS.toMillis(part.completeFrom()) > lastTimeMillis(manifest);
        };
    }

    private String sides(TableScan.Part part, Manifest manifest) {
        return switch (table.kind()) {
            case STREAM ->
                "history ends at offset " + manifest.boundary() + " and the stores begin at " + part.completeFrom();
            case VIEW ->
                "history ends at " + lastTimeMillis(manifest) + " ms and the stores begin at "
                        + TimeUnit.NANOSECONDS.toMillis(part.completeFrom()) + " ms of event time";
        };
    }

    private static long lastTimeMillis(Manifest manifest) {
        return manifest.files().stream()
                .mapToLong(Manifest.File::maxTimeMillis)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private Manifest manifest(int partition) {
        return manifests.stream()
                .filter(manifest -> manifest.partition() == partition)
                .findFirst()
                .orElseGet(() -> new Manifest(table.name(), partition, -1, List.of()));
    }

    /** Which hot rows count: all of a view, and those of a stream that history does not have. */
    String hotCondition() {
        if (manifests.isEmpty() || table.kind() == LiveTable.Kind.VIEW) {
            return "true";
        }
        var covered = manifests.stream()
                .map(manifest -> "(" + partitionIs(manifest) + " AND " + Sql.name(TopicTable.OFFSET) + " <= "
                        + manifest.boundary() + ")")
                .collect(Collectors.joining(" OR "));
        return "NOT (" + covered + ")";
    }

    /** The offset up to which hot rows of a partition do not count, -1 if all do. */
    long boundary(int partition) {
        return table.kind() == LiveTable.Kind.VIEW ? -1 : manifest(partition).boundary();
    }

    /** The files as a table function. */
    String scan() {
        return "read_parquet(" + Sql.texts(files.stream().map(Path::toString).toList()) + ", union_by_name = true)";
    }

    /**
     * The whole table.
     *
     * @param hot name of the table of hot rows
     * @param hotColumns its columns with their types
     * @param coldColumns the columns that the files have, with their types
     */
    String union(String hot, Map<String, String> hotColumns, Map<String, String> coldColumns) {
        var columns = Sql.names(hotColumns.keySet());
        if (files.isEmpty()) {
            return "SELECT " + columns + " FROM " + Sql.name(hot);
        }
        var casts = hotColumns.entrySet().stream()
                .map(column -> "CAST(" + cold(column.getKey(), column.getValue(), coldColumns) + " AS "
                        + column.getValue() + ") AS " + Sql.name(column.getKey()))
                .collect(Collectors.joining(", "));
        return switch (table.kind()) {
            case STREAM ->
                "SELECT " + casts + " FROM " + scan() + " WHERE " + coldCondition() + " UNION ALL SELECT " + columns
                        + " FROM " + Sql.name(hot);
            case VIEW -> newest(columns, casts, hot);
        };
    }

    /** Fields of a nested record are columns {@code record.field} of rows, and structs in files. */
    private static String cold(String column, String type, Map<String, String> coldColumns) {
        String there = coldColumns.get(column);
        if (there != null) {
            return asInRows(Sql.name(column), there, type);
        }
        for (int dot = column.indexOf('.'); dot > 0; dot = column.indexOf('.', dot + 1)) {
            String record = coldColumns.get(column.substring(0, dot));
            if (record != null) {
                return field(Sql.name(column.substring(0, dot)), record, column.substring(dot + 1), type);
            }
        }
        return "NULL";
    }

    /** Times of day are numbers in rows; times for which Parquet's Avro writer has no type are numbers of nanoseconds in files. */
    private static String asInRows(String expression, String there, String type) {
        if (TIMES_OF_DAY.contains(there) && !TIMES_OF_DAY.contains(type)) {
            return (type.equals("INTEGER") ? "epoch_ms(" : "epoch_us(") + expression + ")";
        }
        return there.equals("BIGINT") && type.startsWith("TIMESTAMP")
                ? "make_timestamp_ns(" + expression + ")"
                : expression;
    }

    /** A field of a struct by its path, if the struct has it. */
    private static String field(String struct, String structType, String path, String type) {
        var expression = struct;
        var there = structType;
        for (var part : path.split("\\.", -1)) {
            var inside = fieldType(there, part);
            if (inside.isEmpty()) {
                return "NULL";
            }
            expression = "struct_extract(" + expression + ", " + Sql.text(part) + ")";
            there = inside.get();
        }
        return asInRows(expression, there, type);
    }

    /** The type of a field in that of its struct, as the engine writes it: {@code STRUCT(a INTEGER, "by" STRUCT("name" VARCHAR))}. */
    private static Optional<String> fieldType(String struct, String name) {
        if (!struct.startsWith(STRUCT)) {
            return Optional.empty();
        }
        int from = STRUCT.length();
        int depth = 0;
        boolean quoted = false;
        for (int i = from; i < struct.length(); i++) {
            char c = struct.charAt(i);
            quoted ^= c == '"';
            if (quoted) {
                continue;
            }
            if (depth == 0 && (c == ',' || c == ')')) {
                var found = typeOf(struct.substring(from, i).strip(), name);
                if (found.isPresent()) {
                    return found;
                }
                from = i + 1;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return Optional.empty();
    }

    private static Optional<String> typeOf(String field, String name) {
        return Stream.of(name + " ", Sql.name(name) + " ")
                .filter(field::startsWith)
                .map(start -> field.substring(start.length()))
                .findFirst();
    }

    private String coldCondition() {
        return manifests.stream()
                .map(manifest -> "(" + partitionIs(manifest) + " AND " + Sql.name(TopicTable.OFFSET) + " <= "
                        + manifest.boundary() + ")")
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    private String newest(String columns, String casts, String hot) {
        var result = new ArrayList<>(table.keyColumns());
        result.add(table.timeColumn());
        if (table.schema().getFields().stream()
                .anyMatch(field -> field.getName().equals(ROW_OFFSET))) {
            result.add(ROW_OFFSET);
        }
        return "SELECT " + columns + " FROM (SELECT *, row_number() OVER (PARTITION BY " + Sql.names(result)
                + " ORDER BY " + REVISION + " DESC NULLS LAST, _side DESC) AS _age FROM (SELECT " + casts
                + ", 0 AS _side FROM " + scan() + " WHERE " + REVISION + " IS NOT NULL UNION ALL SELECT " + columns
                + ", 1 AS _side FROM " + Sql.name(hot) + ")) WHERE _age = 1";
    }

    private static String partitionIs(Manifest manifest) {
        return Sql.name(TopicTable.PARTITION) + " = " + manifest.partition();
    }
}
