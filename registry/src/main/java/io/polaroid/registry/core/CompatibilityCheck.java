package io.polaroid.registry.core;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Avro's compatibility rules, asked for a new schema and earlier ones. */
public final class CompatibilityCheck {
    private CompatibilityCheck() {}

    /**
     * What makes {@code candidate} break {@code level} against {@code earlier} schemas.
     *
     * @param earlier the schemas to compare with, oldest first; a level that is not transitive looks at the last
     * @return one sentence for each incompatibility with its type and JSON path, empty if compatible
     */
    public static List<String> violations(CompatibilityLevel level, Schema candidate, List<Schema> earlier) {
        var messages = new ArrayList<String>();
        for (Schema old : level.relevant(earlier)) {
            if (level.readsOld()) {
                messages.addAll(incompatibilities(candidate, old, "the new schema cannot read data of an earlier one"));
            }
            if (level.readByOld()) {
                messages.addAll(incompatibilities(old, candidate, "an earlier schema cannot read data of the new one"));
            }
        }
        return List.copyOf(messages);
    }

    private static List<String> incompatibilities(Schema reader, Schema writer, String meaning) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(found -> "{errorType:'" + found.getType() + "', description:'" + meaning + "', path:'"
                        + found.getLocation() + "', additionalInfo:'" + found.getMessage() + "'}")
                .toList();
    }
}
