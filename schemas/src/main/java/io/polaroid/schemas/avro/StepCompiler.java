package io.polaroid.schemas.avro;

import io.polaroid.schemas.avro.AvroLayout.Leaf;
import io.polaroid.schemas.avro.AvroLayout.Nest;
import io.polaroid.schemas.avro.AvroLayout.Node;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the resolution of a writer's schema against the reader's into steps from bytes to cells, once per writer. What
 * Avro's resolver finds impossible becomes a step that fails, since in a union only some branches may be so.
 */
final class StepCompiler {
    private StepCompiler() {}

    static Step compile(Schema writer, AvroLayout layout) {
        return step(Resolver.resolve(writer, layout.root().type(), GenericData.get()), layout.root());
    }

    private static Step step(Resolver.Action action, Node node) {
        return switch (action) {
            case Resolver.ErrorAction error -> Step.failing(where(node) + explain(error));
            case Resolver.WriterUnion union ->
                Step.choice(Arrays.stream(union.actions)
                        .map(branch -> step(branch, node))
                        .toArray(Step[]::new));
            case Resolver.ReaderUnion union -> step(union.actualAction, node);
            case Resolver.RecordAdjust record -> record(record, node);
            case Resolver.EnumAdjust adjust -> symbol(adjust, node);
            case Resolver.Skip skip -> Step.skipping(new AvroSkip(skip.writer));
            default -> plain(action.writer, node);
        };
    }

    private static Step record(Resolver.RecordAdjust record, Node node) {
        if (!(node instanceof Nest nest)) {
            return Step.failing(where(node) + "writer has a record, reader has not");
        }
        var steps = new Step[record.fieldActions.length + record.readerOrder.length - record.firstDefault];
        int read = 0;
        for (int i = 0; i < record.fieldActions.length; i++) {
            Resolver.Action field = record.fieldActions[i];
            steps[i] = field instanceof Resolver.Skip
                    ? Step.skipping(new AvroSkip(field.writer))
                    : step(field, nest.children().get(record.readerOrder[read++].pos()));
        }
        for (int i = record.firstDefault; i < record.readerOrder.length; i++) {
            Node child = nest.children().get(record.readerOrder[i].pos());
            steps[record.fieldActions.length + i - record.firstDefault] =
                    constant(child, record.defaults[i - record.firstDefault]);
        }
        return Step.all(steps);
    }

    private static Step symbol(Resolver.EnumAdjust adjust, Node node) {
        if (!(node instanceof Leaf leaf)) {
            return Step.failing(where(node) + "writer has an enum, reader has a record");
        }
        List<String> written = adjust.writer.getEnumSymbols();
        List<String> known = adjust.reader.getEnumSymbols();
        int column = leaf.column();
        return (in, cells) -> {
            int index = in.readInt();
            if (index < 0 || index >= written.size()) {
                throw MalformedBytes.malformed("field " + leaf.path() + ": enum index is " + index + ", but "
                        + adjust.writer.getFullName() + " has " + written.size() + " symbols");
            }
            int adjusted = adjust.adjustments[index];
            if (adjusted < 0) {
                throw MalformedBytes.wrongType("field " + leaf.path() + ": symbol " + written.get(index)
                        + " of the writer is none of " + known);
            }
            cells.set(column, known.get(adjusted));
        };
    }

    private static Step plain(Schema writer, Node node) {
        if (writer.getType() == Schema.Type.NULL) {
            return constant(node, null);
        }
        return node instanceof Leaf leaf
                ? LeafSteps.of(writer, leaf)
                : Step.failing(where(node) + "writer has " + writer.getType().getName() + ", reader has a record");
    }

    /** Puts an Avro default into the cells of a node. */
    private static Step constant(Node node, @Nullable Object value) {
        return switch (node) {
            case Leaf leaf -> {
                int column = leaf.column();
                @Nullable Object cell = value == null ? null : LeafSteps.cellOf(value, leaf);
                yield (AvroInput in, CellRow cells) -> cells.set(column, cell);
            }
            case Nest nest -> {
                var steps = new Step[nest.children().size()];
                for (int i = 0; i < steps.length; i++) {
                    steps[i] = constant(
                            nest.children().get(i), value instanceof IndexedRecord record ? record.get(i) : null);
                }
                yield Step.all(steps);
            }
        };
    }

    private static String explain(Resolver.ErrorAction error) {
        return switch (error.error) {
            case MISSING_REQUIRED_FIELD ->
                "writer " + error.writer.getFullName() + " lacks a field that has no default in the reader: "
                        + missing(error.writer, error.reader);
            case INCOMPATIBLE_SCHEMA_TYPES, NAMES_DONT_MATCH, SIZES_DONT_MATCH, NO_MATCHING_BRANCH ->
                "writer has " + brief(error.writer) + ", reader has " + brief(error.reader);
        };
    }

    private static String missing(Schema writer, Schema reader) {
        return reader.getFields().stream()
                .filter(field -> writer.getField(field.name()) == null && !field.hasDefaultValue())
                .map(Schema.Field::name)
                .collect(Collectors.joining(", "));
    }

    private static String brief(Schema type) {
        return switch (type.getType()) {
            case RECORD, ENUM -> type.getType().getName() + " " + type.getFullName();
            case FIXED -> "fixed(" + type.getFixedSize() + ") " + type.getFullName();
            case UNION ->
                type.getTypes().stream().map(StepCompiler::brief).toList().toString();
            case ARRAY, MAP, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL ->
                type.getType().getName();
        };
    }

    private static String where(Node node) {
        return node.path().isEmpty() ? "" : "field " + node.path() + ": ";
    }
}
