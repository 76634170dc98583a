package io.polaroid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.ValueVectorUtility;

/** Scans that stay open while their store goes on, and that are read at some time on other threads: each must show what a copy of the same moment did. */
public final class OpenScans implements AutoCloseable {
    private final BufferAllocator allocator;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final List<Open> open = new ArrayList<>();
    private final List<Future<?>> reading = new ArrayList<>();

    private record Open(String rows, Schema schema, TableScan.Part scan) {}

    public OpenScans(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** What scans are on loan to. */
    public BufferAllocator allocator() {
        return allocator;
    }

    /** Takes over both, which are of the same commit. */
    public void add(TableSnapshot.Part copy, TableScan.Part scan) {
        try (var rows = copy.rows()) {
            assertThat(List.of(scan.partition(), scan.completeFrom(), scan.committedOffset(), scan.progressNanos()))
                    .isEqualTo(List.of(
                            copy.partition(), copy.completeFrom(), copy.committedOffset(), copy.progressNanos()));
            assertThat(scan.rows().rows()).isEqualTo(rows.getRowCount());
            open.add(new Open(text(rows), rows.getSchema(), scan));
        }
    }

    /** How many are open and not being read. */
    public int waiting() {
        return open.size();
    }

    /** Begins to read one, or closes it in the middle. */
    public void readOne(SplittableRandom random) {
        Open next = open.remove(random.nextInt(open.size()));
        boolean whole = random.nextInt(10) > 0;
        reading.add(threads.submit(() -> {
            try (var rows = next.scan().rows();
                    var root = VectorSchemaRoot.create(next.schema(), allocator)) {
                var text = new StringBuilder();
                for (boolean more = true; more && (whole || text.isEmpty()); ) {
                    var batch = rows.next();
                    more = batch.isPresent();
                    if (more) {
                        try (var taken = batch.get()) {
                            new VectorLoader(root).load(taken);
                        }
                        ValueVectorUtility.validateFull(root);
                        text.append(text(root));
                    }
                }
                if (whole) {
                    assertThat(text.toString()).isEqualTo(next.rows());
                } else {
                    assertThat(next.rows()).startsWith(text.toString());
                }
            }
        }));
    }

    private static String text(VectorSchemaRoot rows) {
        var table = rows.contentToTSVString();
        return table.substring(table.indexOf('\n') + 1);
    }

    /** Reads all that are left, and tells what was wrong with any. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            readOne(new SplittableRandom(0));
        }
        threads.shutdown();
        for (Future<?> read : reading) {
            try {
                read.get();
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError(e.getCause() == null ? e : e.getCause());
            }
        }
    }
}
