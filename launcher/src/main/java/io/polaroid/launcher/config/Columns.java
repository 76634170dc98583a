package io.polaroid.launcher.config;

import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of one stream, for checking names that a pipeline file uses. */
record Columns(String stream, Schema schema, Mistakes mistakes) {
    /** The column, or a mistake that suggests the nearest one. */
    Optional<Field> find(Node node, String column) {
        Optional<Field> field = schema.getFields().stream()
                .filter(candidate -> candidate.getName().equals(column))
                .findFirst();
        if (field.isEmpty()) {
            mistakes.add(
                    node, "stream %s has no column \"%s\"%s".formatted(stream, column, Nearest.hint(column, names())));
        }
        return field;
    }

    List<String> names() {
        return schema.getFields().stream().map(Field::getName).toList();
    }
}
