package io.polaroid.launcher.history;

import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.prove.Brought;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows of a stream in files that somebody names.
 *
 * @param parquet Parquet files, also with {@code *}; columns by name
 * @param json replies of a REST service: each a JSON document that holds an array of rows
 * @param items JSON path of that array; {@code $} where the document is the array
 * @param set column to where it comes from: in JSON a pointer such as {@code /time}, with {@code :ms} behind it for epoch numbers; else
 *     a SQL expression, over {@code item} in JSON
 */
public record Given(List<String> parquet, List<String> json, String items, Map<String, String> set) {
    private static final Pattern POINTER = Pattern.compile("(/[^:]*)(?::(s|ms|us|ns))?");
    private static final String OFFSET = "_offset";

    public Given {
        parquet = List.copyOf(parquet);
        json = List.copyOf(json);
        set = Map.copyOf(set);
    }

    /** Whether nothing is given. */
    public boolean isEmpty() {
        return parquet.isEmpty() && json.isEmpty();
    }

    /** The rows as a stream's. */
    public Brought of(StreamSpec stream) {
        var rules = StreamRules.of(stream.declaration()).orThrow();
        var schema = rules.columns().schema();
        for (String column : set.keySet()) {
            if (schema.getFields().stream().noneMatch(field -> field.getName().equals(column))) {
                throw new PolaroidException(Problem.of(
                        ProblemCode.UNKNOWN_COLUMN, "stream %s has no column \"%s\"".formatted(stream.name(), column)));
            }
        }
        var brought = new Brought(rules, stream.partitions());
        try (SqlRows rows = SqlRows.open()) {
            SqlRows.Each each =
                    (offset, row) -> brought.add(row, offset == null ? OptionalLong.empty() : OptionalLong.of(offset));
            if (!parquet.isEmpty()) {
                String scan = SqlRows.files("read_parquet", parquet, ", union_by_name = true");
                List<String> there = rows.columns(scan);
                rows.read(
                        schema,
                        column -> set.getOrDefault(column, ParquetHistory.path(column, there)),
                        there.contains(OFFSET) ? OFFSET : SqlRows.NO_NUMBER,
                        scan,
                        each);
            }
            if (!json.isEmpty()) {
                String scan = "(SELECT unnest(json_extract(content, %s)) AS item FROM %s)"
                        .formatted(SqlRows.text(items + "[*]"), SqlRows.files("read_text", json, ""));
                rows.read(schema, column -> ofJson(column, schema), SqlRows.NO_NUMBER, scan, each);
            }
        }
        return brought;
    }

    private String ofJson(String column, Schema schema) {
        String given = set.getOrDefault(column, "/" + column);
        var pointer = POINTER.matcher(given);
        if (!pointer.matches()) {
            return given;
        }
        String text = "json_extract_string(item, " + SqlRows.text(pointer.group(1)) + ")";
        if (!(schema.findField(column).getType() instanceof ArrowType.Timestamp)) {
            return text;
        }
        return switch (pointer.group(2)) {
            case "s" -> epoch(text, "1000000000");
            case "ms" -> epoch(text, "1000000");
            case "us" -> epoch(text, "1000");
            case "ns" -> epoch(text, "1");
            case null, default -> "CAST(" + text + " AS TIMESTAMPTZ)";
        };
    }

    /** By decimals: seconds with a fraction are exact to the nanosecond. */
    private static String epoch(String text, String nanos) {
        return "make_timestamp_ns(CAST(CAST(%s AS DECIMAL(29, 9)) * %s AS BIGINT))".formatted(text, nanos);
    }
}
