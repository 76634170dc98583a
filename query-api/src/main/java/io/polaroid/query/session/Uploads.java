package io.polaroid.query.session;

import io.polaroid.query.memory.Batches;
import io.polaroid.query.memory.HeldTable;
import io.polaroid.query.memory.SessionMemory;
import io.polaroid.query.plan.HandleStore;
import io.polaroid.query.plan.Plan;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Makes handles on tables that clients bring or have kept. Each table is charged to a session until nothing reads it any more.
 *
 * @param handles where the handles go
 * @param memory what each session keeps
 * @param allocator what tables are made from
 */
public record Uploads(HandleStore handles, SessionMemory memory, BufferAllocator allocator) {
    /** A table that a client is about to send, or {@code INVALID_ARGUMENT} for columns that are not kept. */
    public Result<Upload> begin(String session, Schema schema) {
        for (Field field : schema.getFields()) {
            if (field.getDictionary() != null) {
                return Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "column " + field.getName() + " is dictionary-encoded; send its plain values");
            }
        }
        long names = schema.getFields().stream().map(Field::getName).distinct().count();
        return names == schema.getFields().size()
                ? Result.ok(new Upload(session, new Batches(schema, allocator)))
                : Result.err(ProblemCode.INVALID_ARGUMENT, "two columns of the table have one name");
    }

    /** A handle on a table, which is taken over and charged to a session; {@code BUDGET_EXCEEDED} if it has no room. */
    public Result<String> keep(String session, HeldTable table) {
        return switch (memory.charge(session, table.bytes())) {
            case Result.Ok<Long> charged -> handle(session, table);
            case Result.Err<Long>(var problem) -> {
                table.close();
                yield Result.err(problem);
            }
        };
    }

    /** The charge is taken back when the last plan that reads the table is gone. */
    private Result<String> handle(String session, HeldTable table) {
        try (var charged = new HeldTable(table.rows(), () -> {
            table.close();
            memory.release(session, table.bytes());
        })) {
            return handles.create(session, new Plan.Held(charged));
        }
    }

    /** A table while it is sent. Used by one thread. */
    public final class Upload implements AutoCloseable {
        private final String session;
        private final Batches batches;
        private long charged;

        private Upload(String session, Batches batches) {
            this.session = session;
            this.batches = batches;
        }

        /** Takes the rows of a batch; the rows so far, or {@code BUDGET_EXCEEDED}. */
        public Result<Long> add(VectorSchemaRoot batch) {
            batches.add(batch);
            long more = batches.bytes() - charged;
            return memory.charge(session, more).map(all -> {
                charged += more;
                return batches.rows();
            });
        }

        /** A handle on all rows. */
        public Result<String> finish() {
            var table = HeldTable.of(batches.table());
            memory.release(session, charged);
            charged = 0;
            return keep(session, table);
        }

        @Override
        public void close() {
            memory.release(session, charged);
            batches.close();
        }
    }
}
