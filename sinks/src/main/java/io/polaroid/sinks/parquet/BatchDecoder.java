package io.polaroid.sinks.parquet;

import io.polaroid.schemas.arrow.BatchReader;
import io.polaroid.schemas.arrow.BatchRows;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records of a stream of Arrow batches to rows in Avro, by the schema that the stream is declared with: batches bring no Avro schema of
 * their own. Not thread-safe.
 */
final class BatchDecoder {
    private final BatchReader reader;
    private final RowCodec codec;

    private BatchDecoder(BatchReader reader, RowCodec codec) {
        this.reader = reader;
        this.codec = codec;
    }

    /** Of a stream, unless its records are rows. */
    static Optional<BatchDecoder> of(ParquetSink.Stream stream) {
        var declared = stream.declaration();
        if (declared.format() == StreamFormat.AVRO) {
            return Optional.empty();
        }
        // Nobody else sees what is encoded here, so no registry has to know its schema.
        return StreamColumns.of(declared)
                .flatMap(columns -> RowCodec.of(declared.schema(), declared.name(), new InMemorySchemaRegistry())
                        .map(codec ->
                                Optional.of(new BatchDecoder(BatchReader.of(columns.schema(), columns.key()), codec))))
                .recover(problem -> {
                    throw new ConnectException("stream " + declared.name() + ": " + problem);
                });
    }

    /** The rows of a record, or nothing where it is no batch; valid until the next call. */
    Optional<BatchRows> read(SinkRecord record) {
        if (!(record.value() instanceof byte[] value)) {
            return Optional.empty();
        }
        return switch (reader.read(value, 0, value.length)) {
            case Result.Ok<BatchRows> ok -> Optional.of(ok.value());
            case Result.Err<BatchRows> err -> Optional.empty();
        };
    }

    Schema schema() {
        return codec.avroSchema();
    }

    byte[] encode(Row row) {
        return codec.encode(row);
    }
}
