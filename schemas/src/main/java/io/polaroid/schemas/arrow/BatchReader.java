package io.polaroid.schemas.arrow;

import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads record values that are Arrow IPC streams of one record batch: a schema, the dictionaries, the batch. Columns are found by
 * name; those that the stream does not have are passed over, those that are not there are null. Not thread-safe.
 */
public final class BatchReader {
    private static final int CONTINUATION = -1;
    private static final int PREFIX = 8;
    private static final int MOST_ROWS = StreamFormat.ARROW.mostRows();

    private final List<StreamColumn> columns;
    private final BatchRows rows;
    private byte[] lastSchema = {};
    private BatchLayout layout = new BatchLayout(List.of(), new int[0], 0, 0, java.util.Map.of());

    private BatchReader(List<StreamColumn> columns, BatchRows rows) {
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * A reader of a stream's rows.
     *
     * @param schema columns of the stream
     * @param key positions of its key columns
     */
    public static BatchReader of(Schema schema, List<Integer> key) {
        List<StreamColumn> columns =
                schema.getFields().stream().map(StreamColumn::new).toList();
        return new BatchReader(columns, new BatchRows(columns, key));
    }

    /**
     * The rows of the value that these bytes are; valid until the next call. {@code MALFORMED_RECORD} where they are no batch, {@code
     * WRONG_TYPE} where its columns cannot be read as the stream's. Whatever the bytes are, nothing else happens.
     */
    public Result<BatchRows> read(byte[] bytes, int from, int length) {
        return guarded(() -> take(bytes, from, from + length));
    }

    /** The columns that a value brings, as far as rows can have them: for those who do not know the stream. */
    public static Result<Schema> columns(byte[] value) {
        return guarded(() -> {
            int size = size(value, 0, 0, value.length);
            Message message = message(value, 0, size);
            if (size == 0 || message.headerType() != MessageHeader.Schema) {
                throw NoBatch.malformed("the first message is no schema");
            }
            return BatchLayout.columns(header(message, new org.apache.arrow.flatbuf.Schema()));
        });
    }

    private static <T> Result<T> guarded(Supplier<T> read) {
        try {
            return Result.ok(read.get());
        } catch (NoBatch e) {
            return Result.err(e.problem());
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | NegativeArraySizeException
                | ArithmeticException
                | UnsupportedOperationException e) {
            // The generated classes of the format believe what they read.
            return Result.err(ProblemCode.MALFORMED_RECORD, "the value is no Arrow IPC stream: " + e.getMessage());
        } catch (AssertionError | NullPointerException e) {
            return Result.err(
                    ProblemCode.MALFORMED_RECORD, "the value is no Arrow IPC stream: a part of it is missing");
        }
    }

    private BatchRows take(byte[] bytes, int from, int end) {
        int at = schema(bytes, from, end);
        layout.dictionaries().values().forEach(Dictionary::forget);
        boolean hasBatch = false;
        while (at < end) {
            int size = size(bytes, at, from, end);
            if (size == 0) {
                at += PREFIX;
                break;
            }
            Message message = message(bytes, at, size);
            int body = at + PREFIX + size;
            long length = message.bodyLength();
            if (length < 0 || length > end - body) {
                throw NoBatch.malformed("a message at byte " + (at - from) + " is said to have a body of " + length
                        + " bytes; " + (end - body) + " follow");
            }
            switch (message.headerType()) {
                case MessageHeader.DictionaryBatch -> {
                    dictionary(header(message, new DictionaryBatch()), bytes, body, length);
                }
                case MessageHeader.RecordBatch -> {
                    if (hasBatch) {
                        throw NoBatch.malformed(
                                "a record is one record batch, and this one has several; join them, or send a record"
                                        + " for each");
                    }
                    hasBatch = true;
                    rows.load(layout, body(header(message, new RecordBatch()), bytes, body, length));
                }
                default ->
                    throw NoBatch.malformed(
                            "a message at byte " + (at - from) + " is neither a dictionary nor a record batch");
            }
            at = body + (int) length;
        }
        if (at < end) {
            throw NoBatch.malformed((end - at) + " byte(s) follow the end of the stream");
        }
        if (!hasBatch || rows.size() == 0) {
            throw NoBatch.malformed("the value has no rows; a record is one record batch of at least one");
        }
        return rows;
    }

    /** Reads the schema, unless it is that of the record before; where the next message begins. */
    private int schema(byte[] bytes, int from, int end) {
        int size = size(bytes, from, from, end);
        int next = from + PREFIX + size;
        if (Arrays.equals(lastSchema, 0, lastSchema.length, bytes, from, next) && size > 0) {
            return next;
        }
        if (size == 0) {
            throw NoBatch.malformed("the value begins with the end of a stream");
        }
        Message message = message(bytes, from, size);
        if (message.headerType() != MessageHeader.Schema) {
            throw NoBatch.malformed("the first message is no schema; write each record as an IPC stream of its own");
        }
        if (message.bodyLength() != 0) {
            throw NoBatch.malformed("the schema is said to have a body of " + message.bodyLength() + " bytes");
        }
        var schema = header(message, new org.apache.arrow.flatbuf.Schema());
        lastSchema = new byte[0];
        layout = BatchLayout.of(schema, columns);
        lastSchema = Arrays.copyOfRange(bytes, from, next);
        return next;
    }

    /** Length of the message at a place, 0 for the end of the stream. */
    private static int size(byte[] bytes, int at, int from, int end) {
        if (end - at < PREFIX) {
            throw NoBatch.malformed("the value ends at byte " + (end - from) + " within the length of a message");
        }
        if ((int) Body.INT.get(bytes, at) != CONTINUATION) {
            throw NoBatch.malformed("byte " + (at - from)
                    + " begins no Arrow IPC message; write values in the IPC stream format (not the file"
                    + " format, nor Avro)");
        }
        int size = (int) Body.INT.get(bytes, at + Integer.BYTES);
        if (size < 0 || size > end - at - PREFIX) {
            throw NoBatch.malformed("a message at byte " + (at - from) + " is said to have " + size + " bytes; "
                    + (end - at - PREFIX) + " follow");
        }
        return size;
    }

    private static Message message(byte[] bytes, int at, int size) {
        var buffer = ByteBuffer.wrap(bytes, at + PREFIX, size).slice().order(ByteOrder.LITTLE_ENDIAN);
        return Message.getRootAsMessage(buffer);
    }

    private static <T extends com.google.flatbuffers.Table> T header(Message message, T empty) {
        if (message.header(empty) == null) {
            throw NoBatch.malformed("a message has no content");
        }
        return empty;
    }

    private void dictionary(DictionaryBatch batch, byte[] bytes, int at, long length) {
        if (batch.isDelta()) {
            throw NoBatch.malformed("dictionary " + batch.id() + " comes in parts; write it whole");
        }
        Dictionary known = layout.dictionaries().get(batch.id());
        RecordBatch data = batch.data();
        if (data == null) {
            throw NoBatch.malformed("dictionary " + batch.id() + " is empty");
        }
        if (known != null) {
            known.load(body(data, bytes, at, length));
        }
    }

    private static Body body(RecordBatch batch, byte[] bytes, int at, long length) {
        if (batch.compression() != null) {
            throw NoBatch.wrongType(
                    "the batch is compressed; write it plain and let Kafka compress records (compression.type)");
        }
        if (batch.length() < 0 || batch.length() > MOST_ROWS) {
            throw NoBatch.malformed(
                    "a batch is said to have " + batch.length() + " rows; a record can have " + MOST_ROWS);
        }
        return new Body(bytes, at, length, batch, (int) batch.length());
    }

    /** Whether a value looks like one: the bytes of every IPC message come first, which no Avro value has. */
    public static boolean isBatch(byte[] bytes, int from, int length) {
        return length >= PREFIX && IntStream.range(from, from + Integer.BYTES).allMatch(i -> bytes[i] == -1);
    }
}
