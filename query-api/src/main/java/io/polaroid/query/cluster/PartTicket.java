package io.polaroid.query.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asks a process for committed rows of partitions that it has itself, as another process does: {@code {"parts_of": "bars_1m",
 * "partitions": [0, 3]}}.
 *
 * @param table name of the table
 * @param partitions the partitions
 */
public record PartTicket(String table, Set<Integer> partitions) {
    /** The field that tells it from other tickets. */
    public static final String FIELD = "parts_of";

    private static final String PARTITIONS = "partitions";

    public PartTicket {
        partitions = Set.copyOf(partitions);
    }

    /** Its bytes. */
    public byte[] toBytes() {
        var json = JsonNodeFactory.instance.objectNode().put(FIELD, table);
        var numbers = json.putArray(PARTITIONS);
        new TreeSet<>(partitions).forEach(numbers::add);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads one, of which it is known that it has the field. */
    public static Result<PartTicket> of(JsonNode json) {
        var partitions = new TreeSet<Integer>();
        for (JsonNode number : json.path(PARTITIONS)) {
            if (!number.isInt() || number.asInt() < 0) {
                return Result.err(ProblemCode.INVALID_ARGUMENT, "partitions are whole numbers, not " + number);
            }
            partitions.add(number.asInt());
        }
        return Result.ok(new PartTicket(json.path(FIELD).asText(), partitions));
    }
}
