package io.polaroid.schemas.arrow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;

/** Streams as Arrow's own library writes them. */
final class ArrowBytes {
    private ArrowBytes() {}

    static Field field(String name, ArrowType type) {
        return Field.nullable(name, type);
    }

    /** A stream of batches, each filled by one of these. */
    @SafeVarargs
    static byte[] stream(List<Field> fields, Consumer<VectorSchemaRoot>... batches) {
        var out = new ByteArrayOutputStream();
        try (var allocator = new RootAllocator();
                var root = VectorSchemaRoot.create(new Schema(fields), allocator);
                var writer = new ArrowStreamWriter(
                        root, new DictionaryProvider.MapDictionaryProvider(), Channels.newChannel(out))) {
            writer.start();
            for (var batch : batches) {
                batch.accept(root);
                writer.writeBatch();
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A batch of these columns, of which the first is a dictionary of texts with numbers of some bits. */
    static byte[] encoded(String name, int bits, List<String> dictionary, List<String> cells, FieldVectors others) {
        var out = new ByteArrayOutputStream();
        try (var allocator = new RootAllocator();
                var texts = new VarCharVector("texts", allocator);
                var plain = new VarCharVector(name, allocator)) {
            fill(texts, dictionary);
            fill(plain, cells);
            var encoding = new DictionaryEncoding(7, false, new ArrowType.Int(bits, true));
            var known = new Dictionary(texts, encoding);
            var provider = new DictionaryProvider.MapDictionaryProvider(known);
            var columns = new java.util.ArrayList<FieldVector>();
            columns.add((FieldVector) DictionaryEncoder.encode(plain, known));
            columns.addAll(others.of(allocator));
            try (var root = new VectorSchemaRoot(columns);
                    var writer = new ArrowStreamWriter(root, provider, Channels.newChannel(out))) {
                root.setRowCount(cells.size());
                writer.start();
                writer.writeBatch();
                writer.end();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Makes columns. */
    @FunctionalInterface
    interface FieldVectors {
        List<FieldVector> of(RootAllocator allocator);
    }

    static void fill(VarCharVector vector, List<String> texts) {
        vector.allocateNew();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i) == null) {
                vector.setNull(i);
            } else {
                vector.setSafe(i, new Text(texts.get(i)));
            }
        }
        vector.setValueCount(texts.size());
    }

    static FieldType nullable(ArrowType type) {
        return FieldType.nullable(type);
    }
}
