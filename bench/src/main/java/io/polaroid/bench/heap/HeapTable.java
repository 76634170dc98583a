package io.polaroid.bench.heap;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Trades of a millisecond each, symbols at random, or one for each row. */
final class HeapTable {
    private static final long MILLISECOND = 1_000;

    private HeapTable() {}

    static VectorSchemaRoot of(int rows, int series, BufferAllocator allocator) {
        var random = new SplittableRandom(1);
        var times = new TimeStampMicroVector("ts", allocator);
        var symbols = new VarCharVector("symbol", allocator);
        var prices = new Float8Vector("price", allocator);
        for (int row = 0; row < rows; row++) {
            int symbol = series < rows ? random.nextInt(series) : row;
            times.setSafe(row, row * MILLISECOND);
            symbols.setSafe(row, "S%08d".formatted(symbol).getBytes(StandardCharsets.UTF_8));
            prices.setSafe(row, random.nextDouble());
        }
        times.setValueCount(rows);
        symbols.setValueCount(rows);
        prices.setValueCount(rows);
        return VectorSchemaRoot.of(times, symbols, prices);
    }
}
