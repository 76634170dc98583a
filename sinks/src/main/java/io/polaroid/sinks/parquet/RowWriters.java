package io.polaroid.sinks.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Parquet writers of Avro rows that load no Hadoop class: with a plain configuration, a codec of our own and a write support
 * that is told its data model. Unlike {@code AvroParquetWriter}, they keep {@code timestamp-nanos} columns timestamps.
 */
final class RowWriters extends ParquetWriter.Builder<GenericRecord, RowWriters> {
    private final Schema schema;

    private RowWriters(OutputFile file, Schema schema) {
        super(file);
        this.schema = schema;
    }

    static ParquetWriter<GenericRecord> open(OutputFile file, Schema schema, long rowGroupBytes) throws IOException {
        return new RowWriters(file, schema)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new ZstdCodec())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(rowGroupBytes)
                .build();
    }

    @Override
    protected RowWriters self() {
        return this;
    }

    /** Deprecated where it is declared, but abstract there. */
    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<GenericRecord> getWriteSupport(Configuration configuration) {
        throw new UnsupportedOperationException("there is no Hadoop");
    }

    @Override
    protected WriteSupport<GenericRecord> getWriteSupport(ParquetConfiguration configuration) {
        MessageType plain = new AvroSchemaConverter(configuration).convert(schema);
        List<Type> columns = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            Type column = plain.getType(field.name());
            columns.add(isNanos(field.schema()) ? nanos(column) : column);
        }
        return new AvroWriteSupport<>(new MessageType(plain.getName(), columns), schema, GenericData.get());
    }

    private static Type nanos(Type column) {
        return Types.primitive(PrimitiveTypeName.INT64, column.getRepetition())
                .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.NANOS))
                .named(column.getName());
    }

    /** Whether a column is a timestamp in nanoseconds, or null. */
    private static boolean isNanos(Schema type) {
        if (type.getType() != Schema.Type.UNION) {
            return type.getLogicalType() instanceof LogicalTypes.TimestampNanos;
        }
        List<Schema> types = type.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return types.size() == 1 && isNanos(types.getFirst());
    }
}
