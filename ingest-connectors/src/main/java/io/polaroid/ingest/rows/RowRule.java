package io.polaroid.ingest.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which messages become rows of a stream, and how.
 *
 * @param into the stream
 * @param when JSON pointers and the literals that must stand there; empty takes every message
 * @param fields column names and where they come from
 * @param id where the stream's id column comes from, or null
 */
public record RowRule(
        String into,
        Map<String, JsonNode> when,
        Map<String, FieldSource> fields,
        @Nullable String id) {
    public RowRule {
        when = Collections.unmodifiableMap(new LinkedHashMap<>(when));
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
