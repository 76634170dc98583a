package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Column;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;

/** Whether texts equal one that is written in an expression. Compares lengths first. */
final class TextEquals implements Truth {
    private final ArrowBuf offsets;
    private final ArrowBuf data;
    private final byte[] text;

    TextEquals(Column column, String text) {
        this.offsets = column.vector().getOffsetBuffer();
        this.data = column.vector().getDataBuffer();
        this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void test(int from, int count, byte[] answers) {
        int start = offsets.getInt((long) from * Integer.BYTES);
        for (int i = 0; i < count; i++) {
            int end = offsets.getInt((from + i + 1L) * Integer.BYTES);
            answers[i] = end - start == text.length && equals(start) ? TRUE : FALSE;
            start = end;
        }
    }

    private boolean equals(int start) {
        for (int i = 0; i < text.length; i++) {
            if (data.getByte((long) start + i) != text[i]) {
                return false;
            }
        }
        return true;
    }
}
