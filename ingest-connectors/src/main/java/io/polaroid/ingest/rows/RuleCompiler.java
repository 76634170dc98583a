package io.polaroid.ingest.rows;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Looks up what rules name, and notes every mistake. */
final class RuleCompiler {
    private final RowsSpec spec;
    private final Mistakes mistakes;
    private final Map<String, Schema> schemas = new HashMap<>();

    RuleCompiler(RowsSpec spec, Mistakes mistakes) {
        this.spec = spec;
        this.mistakes = mistakes;
    }

    /** The rules; meaningful only if no mistake was noted. */
    List<CompiledRule> compile() {
        spec.streams().forEach(this::checkStream);
        var compiled = new ArrayList<CompiledRule>();
        if (spec.rules().isEmpty()) {
            mistakes.add("rows", "needs at least one rule");
        }
        for (int i = 0; i < spec.rules().size(); i++) {
            CompiledRule rule = rule("rows[" + i + "]", spec.rules().get(i));
            if (rule != null) {
                compiled.add(rule);
            }
        }
        return compiled;
    }

    private void checkStream(String name, StreamSpec stream) {
        String path = "streams." + name;
        if (stream.partitions() < 1) {
            mistakes.add(path + ".partitions", "is " + stream.partitions() + ", must be at least 1");
        }
        Schema schema;
        try {
            schema = new Schema.Parser().parse(stream.schema());
        } catch (RuntimeException e) {
            mistakes.add(path + ".schema", "is no Avro schema: " + e.getMessage());
            return;
        }
        if (schema.getType() != Schema.Type.RECORD) {
            mistakes.add(path + ".schema", "is a " + schema.getType().getName() + ", must be a record");
            return;
        }
        schemas.put(name, schema);
        if (stream.key().isEmpty()) {
            mistakes.add(path + ".key", "needs at least one column");
        }
        stream.key().forEach(key -> checkColumn(path + ".key", schema, key));
        String id = stream.id();
        if (id != null) {
            checkColumn(path + ".id", schema, id);
        }
        Schema.Field time = checkColumn(path + ".time", schema, stream.time());
        if (time != null && !(ColumnType.of(ColumnType.withoutNull(time.schema())) instanceof ColumnType.Time)) {
            mistakes.add(path + ".time", stream.time() + " must be a timestamp-millis, -micros or -nanos");
            schemas.remove(name);
        } else if (time == null) {
            schemas.remove(name);
        }
    }

    private Schema.@Nullable Field checkColumn(String path, Schema schema, String column) {
        Schema.Field field = schema.getField(column);
        if (field == null) {
            mistakes.add(path, schema.getName() + " has no column " + column + "; it has " + names(schema));
        }
        return field;
    }

    private @Nullable CompiledRule rule(String path, RowRule rule) {
        StreamSpec stream = spec.streams().get(rule.into());
        if (stream == null) {
            mistakes.add(path + ".into", "there is no stream " + rule.into());
            return null;
        }
        var conditions = new ArrayList<CompiledRule.Condition>();
        rule.when().forEach((pointer, literal) -> {
            JsonPointer compiled = pointer(path + ".when", pointer);
            if (!literal.isValueNode()) {
                mistakes.add(path + ".when", pointer + " must be a text, a number, true, false or null");
            } else if (compiled != null) {
                conditions.add(new CompiledRule.Condition(compiled, literal));
            }
        });
        Schema schema = schemas.get(rule.into());
        if (schema == null) {
            return null;
        }
        List<Column> columns = columns(path, rule, stream, schema);
        Schema.Field time = schema.getField(stream.time());
        var timeType = (ColumnType.Time) ColumnType.of(ColumnType.withoutNull(time.schema()));
        if (timeType == null || stream.key().stream().anyMatch(key -> schema.getField(key) == null)) {
            return null;
        }
        List<Integer> keys =
                stream.key().stream().map(key -> schema.getField(key).pos()).toList();
        int width = schema.getFields().size();
        return new CompiledRule(
                rule.into(), conditions, columns, width, keys, time.pos(), timeType, stream.partitions());
    }

    private List<Column> columns(String path, RowRule rule, StreamSpec stream, Schema schema) {
        var sources = new HashMap<>(rule.fields());
        String id = rule.id();
        if (id != null) {
            String column = stream.id();
            if (column == null) {
                mistakes.add(path + ".id", "stream " + rule.into() + " has no id column");
            } else if (sources.put(column, FieldSource.at(id)) != null) {
                mistakes.add(path + ".id", "column " + column + " is also in fields");
            }
        }
        sources.keySet().forEach(column -> checkColumn(path + ".fields", schema, column));
        var columns = new ArrayList<Column>();
        for (Schema.Field field : schema.getFields()) {
            boolean required =
                    field.name().equals(stream.time()) || !field.schema().isNullable();
            FieldSource source = sources.get(field.name());
            if (source != null) {
                Column column = column(path + ".fields." + field.name(), field, source, !required);
                if (column != null) {
                    columns.add(column);
                }
            } else if (required) {
                mistakes.add(path + ".fields", "column " + field.name() + " cannot be null and has no field");
            }
        }
        return columns;
    }

    private @Nullable Column column(String path, Schema.Field field, FieldSource source, boolean nullable) {
        ColumnType type = ColumnType.of(ColumnType.withoutNull(field.schema()));
        if (type == null) {
            mistakes.add(path, "a message cannot fill a column of type " + field.schema());
            return null;
        }
        JsonPointer pointer = pointer(path, source.pointer());
        return pointer == null ? null : new Column(field.pos(), field.name(), type, nullable, pointer, source.unit());
    }

    /** A JSON pointer, or null after noting that it is none. */
    @Nullable
    JsonPointer pointer(String path, String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            mistakes.add(path, "'" + text + "' is no JSON pointer: must start with /");
            return null;
        }
    }

    private static List<String> names(Schema schema) {
        return schema.getFields().stream().map(Schema.Field::name).toList();
    }
}
