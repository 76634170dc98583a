package io.polaroid.query.engine;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of a query, batch by batch. One thread reads it and closes it, which ends the query if it still runs.
 *
 * <p><b>Owns</b> its batches; {@link #batch} is valid until the next {@link #next} or {@link #close}.
 */
public final class QueryResult implements AutoCloseable {
    private final ArrowReader reader;
    private final QueryRun run;
    private final VectorSchemaRoot batch;

    private QueryResult(ArrowReader reader, VectorSchemaRoot batch, QueryRun run) {
        this.reader = reader;
        this.run = run;
        this.batch = batch;
    }

    /**
     * A result.
     *
     * @param reader gives its batches
     * @param run owns the reader; the result owns the run
     */
    public static QueryResult of(ArrowReader reader, QueryRun run) throws IOException {
        return new QueryResult(reader, reader.getVectorSchemaRoot(), run);
    }

    /** Its columns. */
    public Schema schema() {
        return batch.getSchema();
    }

    /** Goes to the next batch: whether there is one, or why the query failed. */
    public Result<Boolean> next() {
        run.arm();
        try {
            if (run.control().stopped().isPresent()) {
                throw new IOException("stopped");
            }
            return Result.ok(reader.loadNextBatch());
        } catch (IOException | RuntimeException e) {
            return Result.err(run.problem(e));
        } finally {
            run.disarm();
        }
    }

    /** Whether the current batch may go out without a copy: its memory stays as long as anybody refers to it. */
    public boolean isShared() {
        return reader instanceof ScanReader scan && scan.isHot();
    }

    /** Why it was stopped, once it was. */
    public Problem stopped() {
        return run.stopped();
    }

    /** The current batch. */
    public VectorSchemaRoot batch() {
        return batch;
    }

    /** Goes through all rows within limits; more rows than {@code maxRows} is {@code BUDGET_EXCEEDED}. */
    public Result<Long> forEach(long maxRows, java.util.function.Consumer<VectorSchemaRoot> use) {
        long rows = 0;
        while (true) {
            switch (next()) {
                case Result.Err<Boolean>(var problem) -> {
                    return Result.err(problem);
                }
                case Result.Ok<Boolean>(var more) -> {
                    if (!more) {
                        return Result.ok(rows);
                    }
                }
            }
            rows += batch.getRowCount();
            if (rows > maxRows) {
                return Result.err(Problem.of(
                                ProblemCode.BUDGET_EXCEEDED,
                                "the answer has more than " + maxRows + " rows; add a LIMIT, or ask over Arrow Flight")
                        .with("limit", "rows"));
            }
            use.accept(batch);
        }
    }

    @Override
    public void close() {
        run.close();
    }
}
