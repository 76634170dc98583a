package io.polaroid.query.topic;

import io.polaroid.query.topic.TopicReader.TopicRows;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A topic as a table: the columns of its values, then {@code _partition} and {@code _offset}.
 *
 * @param name table name
 * @param source the topic and its schema
 * @param schema the table's columns
 * @param reader what reads it
 */
public record TopicTable(String name, TopicSource source, Schema schema, TopicReader reader) {
    /** The Kafka partition of a row. */
    public static final String PARTITION = "_partition";

    /** The Kafka offset of a row. */
    public static final String OFFSET = "_offset";

    /** The table of a topic, or what is wrong with its schema. */
    public static Result<TopicTable> of(String name, TopicSource source, TopicReader reader) {
        return AvroArrow.toArrow(source.schema()).map(values -> {
            var fields = new ArrayList<Field>(values.getFields());
            fields.add(Field.notNullable(PARTITION, new ArrowType.Int(32, true)));
            fields.add(Field.notNullable(OFFSET, new ArrowType.Int(64, true)));
            return new TopicTable(name, source, new Schema(fields), reader);
        });
    }

    /**
     * All committed rows of now.
     *
     * @param stopped asked between polls; true ends the scan with {@code CANCELLED}
     */
    public Result<TopicRows> read(BufferAllocator allocator, BooleanSupplier stopped) {
        return reader.read(this, allocator, stopped);
    }
}
