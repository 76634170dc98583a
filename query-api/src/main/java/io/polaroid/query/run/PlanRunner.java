package io.polaroid.query.run;

import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.query.engine.QueryResult;
import io.polaroid.query.engine.QueryRun;
import io.polaroid.query.memory.Batches;
import io.polaroid.query.memory.HeapRoom;
import io.polaroid.query.memory.HeldTable;
import io.polaroid.query.operator.ComputeColumns;
import io.polaroid.query.operator.FilterRows;
import io.polaroid.query.operator.LimitRows;
import io.polaroid.query.operator.SelectColumns;
import io.polaroid.query.operator.SortRows;
import io.polaroid.query.plan.Plan;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Runs plans. A plan that is all SQL is one statement of the engine. Else its operations run one by one, each over the whole results of
 * its inputs, which are freed as soon as it has read them; parts that are SQL are collected from the engine first.
 *
 * @param engine runs what is SQL
 * @param allocator what results are made from
 * @param workers where kernels run
 * @param room the heap that they may take
 */
public record PlanRunner(QueryEngine engine, BufferAllocator allocator, Workers workers, HeapRoom room) {
    /** Rows of a batch of what is in memory: nothing is computed for it, so that it may be large. */
    static final int BATCH_ROWS = 131_072;

    /** The rows of a plan, which the caller closes, or why it does not run. */
    public Result<QueryResult> run(Plan plan, QueryControl control) {
        if (plan instanceof Plan.Table table) {
            return engine.table(table.name(), control);
        }
        if (plan.isSql()) {
            return engine.query(plan.sql(), control);
        }
        var run = engine.begin(control);
        run.arm();
        var started = guarded(
                run,
                () -> evaluate(plan, run).map(table -> {
                    var reader = run.add(new SliceReader(table, BATCH_ROWS, allocator));
                    return started(reader, run);
                }));
        run.disarm();
        if (started instanceof Result.Err<QueryResult>) {
            run.close();
        }
        return started;
    }

    /** The rows of a plan as a table in memory, which the caller lets go. */
    public Result<HeldTable> table(Plan plan, QueryControl control) {
        try (var run = engine.begin(control)) {
            run.arm();
            return guarded(run, () -> evaluate(plan, run));
        }
    }

    private static QueryResult started(SliceReader reader, QueryRun run) {
        try {
            return QueryResult.of(reader, run);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static <T> Result<T> guarded(QueryRun run, java.util.function.Supplier<Result<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return Result.err(run.problem(e));
        }
    }

    private Result<HeldTable> evaluate(Plan plan, QueryRun run) {
        if (run.control().stopped().isPresent()) {
            return Result.err(run.stopped());
        }
        if (plan instanceof Plan.Table table) {
            return collected(engine.table(table.name(), run.control()));
        }
        if (plan.isSql()) {
            return collected(engine.query(plan.sql(), run.control()));
        }
        return switch (plan) {
            case Plan.Held held ->
                held.table().retain()
                        ? Result.ok(held.table())
                        : Result.err(ProblemCode.UNKNOWN_HANDLE, "a frame that this one reads was dropped");
            case Plan.Operation operation -> applied(operation.operator(), operation.inputs(), run);
            case Plan.Filter filter -> applied(new FilterRows(filter.condition(), List.of()), filter.inputs(), run);
            case Plan.Select select -> select(select, run);
            case Plan.Sort sort -> applied(new SortRows(sort.by()), sort.inputs(), run);
            case Plan.Limit limit -> applied(new LimitRows(limit.rows(), limit.offset()), limit.inputs(), run);
            case Plan.WithColumns with -> applied(new ComputeColumns(with.columns()), with.inputs(), run);
            case Plan.Table table -> collected(engine.query(table.sql(), run.control()));
            case Plan.ParquetFile file -> collected(engine.query(file.sql(), run.control()));
            case Plan.CsvFile file -> collected(engine.query(file.sql(), run.control()));
            case Plan.SqlText text -> collected(engine.query(text.sql(), run.control()));
        };
    }

    /** Columns that a selection leaves out are not even filtered. */
    private Result<HeldTable> select(Plan.Select select, QueryRun run) {
        return select.input() instanceof Plan.Filter filter
                ? applied(new FilterRows(filter.condition(), select.columns()), filter.inputs(), run)
                : applied(new SelectColumns(select.columns()), select.inputs(), run);
    }

    private Result<HeldTable> applied(BatchOperator operator, List<Plan> inputs, QueryRun run) {
        var tables = new ArrayList<HeldTable>();
        try {
            for (var input : inputs) {
                switch (evaluate(input, run)) {
                    case Result.Err<HeldTable>(var problem) -> {
                        return Result.err(problem);
                    }
                    case Result.Ok<HeldTable>(var table) -> tables.add(table);
                }
            }
            return applied(operator, tables);
        } finally {
            tables.forEach(HeldTable::close);
        }
    }

    private Result<HeldTable> applied(BatchOperator operator, List<HeldTable> tables) {
        var roots = tables.stream().map(HeldTable::rows).toList();
        long rows = roots.stream().mapToLong(VectorSchemaRoot::getRowCount).sum();
        return room.take(rows * operator.heapBytesOfRow(), operator.title()).flatMap(taken -> {
            try {
                return operator.apply(roots, allocator, workers).map(HeldTable::of);
            } finally {
                room.giveBack(taken);
            }
        });
    }

    private Result<HeldTable> collected(Result<QueryResult> started) {
        return started.flatMap(result -> {
            try (result;
                    var batches = new Batches(result.schema(), allocator)) {
                return result.forEach(Integer.MAX_VALUE, batches::add).map(rows -> HeldTable.of(batches.table()));
            }
        });
    }
}
