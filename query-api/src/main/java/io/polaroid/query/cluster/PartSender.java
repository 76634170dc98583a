package io.polaroid.query.cluster;

import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.LiveTables;
import io.polaroid.store.read.TableSnapshot.Part;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;

/**
 * Sends rows of partitions to another process, as they are in this one's stores: partitions that are not here are left out, and
 * it is for the asker to see that.
 *
 * @param local the tables of this process
 * @param allocator what copies are made from
 */
public record PartSender(LiveTables local, BufferAllocator allocator) {
    private static final int BATCH_ROWS = 32_768;

    /** Whether all was sent: false if the asker has left. */
    public Result<Boolean> send(PartTicket ticket, ServerStreamListener listener, BooleanSupplier ready) {
        var table = local.table(ticket.table());
        if (table.isEmpty()) {
            return Result.err(Problem.of(ProblemCode.UNKNOWN_TABLE, "there is no stream or view " + ticket.table()));
        }
        return Result.ok(send(table.get(), ticket, listener, ready));
    }

    private boolean send(LiveTable table, PartTicket ticket, ServerStreamListener listener, BooleanSupplier ready) {
        try (var snapshot = table.here(allocator).snapshot();
                var batch = VectorSchemaRoot.create(table.schema(), allocator)) {
            listener.start(batch);
            for (Part part : snapshot.parts()) {
                if (ticket.partitions().contains(part.partition()) && !send(part, batch, listener, ready)) {
                    return false;
                }
            }
            return true;
        }
    }

    private boolean send(Part part, VectorSchemaRoot batch, ServerStreamListener listener, BooleanSupplier ready) {
        int rows = part.rows().getRowCount();
        int from = 0;
        do {
            if (!ready.getAsBoolean()) {
                return false;
            }
            int length = Math.min(BATCH_ROWS, rows - from);
            try (var slice = part.rows().slice(from, length);
                    var message = new VectorUnloader(slice).getRecordBatch()) {
                new VectorLoader(batch).load(message);
            }
            listener.putNext(PartFacts.of(part).write(allocator));
            from += length;
        } while (from < rows);
        return true;
    }
}
