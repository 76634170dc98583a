package io.polaroid.launcher.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Writes the batches that come through one root. */
interface RowWriter extends AutoCloseable {
    /** Writes what the root holds now. */
    void write() throws IOException;

    @Override
    void close() throws IOException;

    static RowWriter of(SqlCommand.Format format, VectorSchemaRoot root, OutputStream out) {
        return switch (format) {
            case table -> new Table(root, out);
            case csv -> new Csv(root, out);
            case json -> new Json(root, out);
            case arrow -> new Arrow(root, out);
            case parquet -> throw new IllegalArgumentException("parquet is not built yet");
        };
    }

    private static void print(OutputStream out, String text) {
        try {
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Aligned columns; widths are those of the first rows, and later wider cells stick out. */
    final class Table implements RowWriter {
        private static final int ROWS_FOR_WIDTHS = 1_000;

        private final VectorSchemaRoot root;
        private final OutputStream out;
        private final List<List<String>> held = new ArrayList<>();
        private final int[] widths;
        private boolean headed;
        private long rows;

        Table(VectorSchemaRoot root, OutputStream out) {
            this.root = root;
            this.out = out;
            this.widths = root.getFieldVectors().stream()
                    .mapToInt(vector -> vector.getName().length())
                    .toArray();
        }

        @Override
        public void write() {
            for (int row = 0; row < root.getRowCount(); row++) {
                var cells = new ArrayList<String>();
                for (FieldVector vector : root.getFieldVectors()) {
                    cells.add(Cells.text(vector, row, ""));
                }
                held.add(cells);
                rows++;
                if (headed || held.size() >= ROWS_FOR_WIDTHS) {
                    printHeld();
                }
            }
        }

        @Override
        public void close() {
            printHeld();
            print(out, rows == 1 ? "1 row" : rows + " rows");
        }

        private void printHeld() {
            if (!headed) {
                headed = true;
                for (List<String> cells : held) {
                    for (int i = 0; i < widths.length; i++) {
                        widths[i] = Math.max(widths[i], cells.get(i).length());
                    }
                }
                print(
                        out,
                        line(root.getFieldVectors().stream()
                                .map(FieldVector::getName)
                                .toList()));
                print(out, rule());
            }
            held.forEach(cells -> print(out, line(cells)));
            held.clear();
        }

        private String rule() {
            var rule = new ArrayList<String>();
            for (int width : widths) {
                rule.add("-".repeat(width));
            }
            return String.join("  ", rule);
        }

        private String line(List<String> cells) {
            var padded = new ArrayList<String>();
            for (int i = 0; i < widths.length; i++) {
                String space = " ".repeat(Math.max(0, widths[i] - cells.get(i).length()));
                padded.add(Cells.isNumber(root.getVector(i)) ? space + cells.get(i) : cells.get(i) + space);
            }
            return String.join("  ", padded).stripTrailing();
        }
    }

    /** RFC 4180 with a header; a null is an empty cell, an empty text is {@code ""}. */
    final class Csv implements RowWriter {
        private final VectorSchemaRoot root;
        private final OutputStream out;

        Csv(VectorSchemaRoot root, OutputStream out) {
            this.root = root;
            this.out = out;
            print(
                    out,
                    root.getFieldVectors().stream()
                            .map(vector -> quoted(vector.getName()))
                            .collect(Collectors.joining(",")));
        }

        @Override
        public void write() {
            for (int row = 0; row < root.getRowCount(); row++) {
                var cells = new ArrayList<String>();
                for (FieldVector vector : root.getFieldVectors()) {
                    cells.add(vector.isNull(row) ? "" : quoted(Cells.text(vector, row, "")));
                }
                print(out, String.join(",", cells));
            }
        }

        @Override
        public void close() {}

        private static String quoted(String text) {
            boolean plain =
                    !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
            return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
        }
    }

    /** One JSON object per line. */
    final class Json implements RowWriter {
        private final VectorSchemaRoot root;
        private final OutputStream out;

        Json(VectorSchemaRoot root, OutputStream out) {
            this.root = root;
            this.out = out;
        }

        @Override
        public void write() {
            for (int row = 0; row < root.getRowCount(); row++) {
                var object = JsonNodeFactory.instance.objectNode();
                for (FieldVector vector : root.getFieldVectors()) {
                    object.set(vector.getName(), Cells.json(vector, row));
                }
                print(out, object.toString());
            }
        }

        @Override
        public void close() {}
    }

    /** An Arrow IPC stream. */
    final class Arrow implements RowWriter {
        private final ArrowStreamWriter writer;
        private boolean started;

        Arrow(VectorSchemaRoot root, OutputStream out) {
            this.writer = new ArrowStreamWriter(
                    root, new DictionaryProvider.MapDictionaryProvider(), Channels.newChannel(out));
        }

        @Override
        public void write() throws IOException {
            start();
            writer.writeBatch();
        }

        @Override
        public void close() throws IOException {
            start();
            writer.end();
        }

        private void start() throws IOException {
            if (!started) {
                started = true;
                writer.start();
            }
        }
    }
}
