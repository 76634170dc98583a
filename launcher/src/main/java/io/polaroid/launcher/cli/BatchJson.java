package io.polaroid.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.polaroid.schemas.arrow.BatchReader;
import io.polaroid.schemas.arrow.BatchRows;
import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of a record that is an Arrow batch as JSON, with times as texts. */
final class BatchJson {
    private BatchJson() {}

    static boolean isBatch(byte[] value) {
        return BatchReader.isBatch(value, 0, value.length);
    }

    /** One text a row, of the columns that the record brings. */
    static List<String> rows(byte[] value) {
        Schema schema = BatchReader.columns(value).orThrow();
        BatchRows rows =
                BatchReader.of(schema, List.of()).read(value, 0, value.length).orThrow();
        var texts = new ArrayList<String>();
        for (int i = 0; i < rows.size(); i++) {
            texts.add(text(schema, rows.at(i)));
        }
        return texts;
    }

    private static String text(Schema schema, Row row) {
        var json = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < schema.getFields().size(); i++) {
            var field = schema.getFields().get(i);
            json.set(field.getName(), cell(field.getType(), row.valueAt(i)));
        }
        return json.toString();
    }

    private static JsonNode cell(ArrowType type, @Nullable Object cell) {
        var nodes = JsonNodeFactory.instance;
        return switch (cell) {
            case null -> nodes.nullNode();
            case Long time
            when type instanceof ArrowType.Timestamp timestamp -> nodes.textNode(Cells.time(time, timestamp));
            case Long number -> nodes.numberNode(number);
            case Double number when !Double.isFinite(number) -> nodes.textNode(number.toString());
            case Double number -> nodes.numberNode(number);
            case Boolean truth -> nodes.booleanNode(truth);
            case BigDecimal number -> nodes.numberNode(number);
            case byte[] bytes -> nodes.textNode(HexFormat.of().formatHex(bytes));
            default -> nodes.textNode(cell.toString());
        };
    }
}
