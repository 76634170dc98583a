package io.polaroid.query.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.polaroid.query.engine.QueryResult;
import io.polaroid.timeseries.result.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/** Results as JSON documents, bounded in rows. */
final class JsonRows {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonRows() {}

    /** {@code {"columns": [{"name", "type"}], "rows": [[…]]}}. */
    static Result<byte[]> table(QueryResult result, long maxRows) {
        return write(result, maxRows, true);
    }

    /** {@code {"rows": [{…}]}}. */
    static Result<byte[]> objects(QueryResult result, long maxRows) {
        return write(result, maxRows, false);
    }

    private static Result<byte[]> write(QueryResult result, long maxRows, boolean table) {
        var bytes = new ByteArrayOutputStream();
        try (result;
                var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (table) {
                columns(json, result.schema().getFields());
            }
            json.writeArrayFieldStart("rows");
            var rows = result.forEach(maxRows, batch -> rows(json, batch, table));
            if (rows instanceof Result.Ok<Long>) {
                json.writeEndArray();
                json.writeEndObject();
                json.flush();
            }
            return rows.map(count -> bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void columns(JsonGenerator json, List<Field> fields) throws IOException {
        json.writeArrayFieldStart("columns");
        for (var field : fields) {
            json.writeStartObject();
            json.writeStringField("name", field.getName());
            json.writeStringField("type", Cells.type(field));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void rows(JsonGenerator json, VectorSchemaRoot batch, boolean table) {
        try {
            for (int row = 0; row < batch.getRowCount(); row++) {
                if (table) {
                    json.writeStartArray();
                    for (var vector : batch.getFieldVectors()) {
                        Cells.write(json, vector, row);
                    }
                    json.writeEndArray();
                } else {
                    object(json, batch.getFieldVectors(), row);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One row as an object. */
    static void object(JsonGenerator json, List<FieldVector> columns, int row) throws IOException {
        json.writeStartObject();
        for (var column : columns) {
            json.writeFieldName(column.getName());
            Cells.write(json, column, row);
        }
        json.writeEndObject();
    }

    /** One row of a batch as the text of a JSON object. */
    static String object(VectorSchemaRoot batch, int row) {
        var text = new java.io.StringWriter();
        try (var json = JSON.createGenerator(text)) {
            object(json, batch.getFieldVectors(), row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
