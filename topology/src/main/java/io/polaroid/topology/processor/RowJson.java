package io.polaroid.topology.processor;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.polaroid.timeseries.row.Row;
import java.util.Base64;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A row as a JSON object, for people: times stay the numbers that they are in the row. */
final class RowJson {
    private RowJson() {}

    static String text(Schema schema, Row row) {
        var json = new StringBuilder("{");
        for (int i = 0; i < schema.getFields().size(); i++) {
            json.append(i == 0 ? "" : ",");
            quote(json, schema.getFields().get(i).getName());
            json.append(':');
            cell(json, row.valueAt(i));
        }
        return json.append('}').toString();
    }

    private static void cell(StringBuilder json, @Nullable Object cell) {
        switch (cell) {
            case null -> json.append("null");
            case String text -> quote(json, text);
            case byte[] bytes -> quote(json, Base64.getEncoder().encodeToString(bytes));
            default -> json.append(cell);
        }
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
    }
}
