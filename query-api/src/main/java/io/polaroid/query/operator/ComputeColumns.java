package io.polaroid.query.operator;

import io.polaroid.query.plan.Computed;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows with computed columns: new ones stand last, others in the place of the column of their name. All see the columns that there
 * were before. What is not computed is not copied.
 *
 * @param columns what is computed, each name once
 */
public record ComputeColumns(List<Computed> columns) implements BatchOperator {
    public ComputeColumns {
        columns = List.copyOf(columns);
    }

    /** Computed columns, or {@code INVALID_PLAN} if there is none or two have one name. */
    public static Result<ComputeColumns> of(List<Computed> columns) {
        if (columns.isEmpty()) {
            return Result.err(ProblemCode.INVALID_PLAN, "no column is computed; give at least one");
        }
        var names = columns.stream().map(Computed::name).toList();
        return names.stream().distinct().count() == names.size()
                ? Result.ok(new ComputeColumns(columns))
                : Result.err(
                        ProblemCode.INVALID_PLAN, "two computed columns have one name: " + String.join(", ", names));
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "with columns";
    }

    /** A column of the result. */
    private sealed interface Source {
        Field field();

        /** One of the input's, perhaps by another name. */
        record Copied(Field field, int input) implements Source {}

        /** What an expression is of each row. */
        record Evaluated(Field field, BoundExpr expr) implements Source {}
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return sources(inputs.getFirst())
                .map(sources -> new Schema(sources.stream().map(Source::field).toList()));
    }

    private Result<List<Source>> sources(Schema input) {
        var sources = new LinkedHashMap<String, Source>();
        var fields = input.getFields();
        for (int i = 0; i < fields.size(); i++) {
            sources.put(fields.get(i).getName(), new Source.Copied(fields.get(i), i));
        }
        var before = Map.copyOf(sources);
        for (var column : columns) {
            if (column.expr() instanceof Expr.Column named
                    && before.get(named.name()) instanceof Source.Copied(var field, var index)) {
                sources.put(column.name(), new Source.Copied(Gather.renamed(field, column.name()), index));
                continue;
            }
            switch (Expr.bind(column.expr(), input)) {
                case Result.Err<BoundExpr>(var problem) -> {
                    return Result.err(problem);
                }
                case Result.Ok<BoundExpr>(var expr) ->
                    sources.put(
                            column.name(),
                            new Source.Evaluated(
                                    new Field(column.name(), FieldType.nullable(expr.type()), List.of()), expr));
            }
        }
        return Result.ok(List.copyOf(sources.values()));
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        var table = inputs.getFirst();
        return sources(table.getSchema()).map(sources -> {
            try (var made = Made.with(allocator)) {
                for (var source : sources) {
                    switch (source) {
                        case Source.Copied(var field, var index) -> made.share(table.getVector(index), field);
                        case Source.Evaluated evaluated -> evaluate(evaluated, table, made, allocator);
                    }
                }
                return made.table(table.getRowCount());
            }
        });
    }

    private static void evaluate(
            Source.Evaluated source, VectorSchemaRoot table, Made made, BufferAllocator allocator) {
        var expr = source.expr();
        int rows = table.getRowCount();
        var row = Cursor.over(table.getFieldVectors());
        switch (expr.type()) {
            case ArrowType.FloatingPoint number -> doubles(source, rows, row, made);
            case ArrowType.Utf8 text -> texts(source, rows, row, made, allocator);
            case ArrowType.Null none -> made.add(new NullVector(source.field().getName(), rows));
            default -> longs(source, rows, row, made);
        }
    }

    private static void doubles(Source.Evaluated source, int rows, Cursor row, Made made) {
        double[] cells = new double[rows];
        var valid = Validity.all(rows);
        for (int at = 0; at < rows; at++) {
            if (source.expr().isNull(row.at(at))) {
                valid.clear(at);
            } else {
                cells[at] = source.expr().doubleAt(row);
            }
        }
        made.doubles(source.field(), cells, valid);
    }

    private static void longs(Source.Evaluated source, int rows, Cursor row, Made made) {
        long[] cells = new long[rows];
        var valid = Validity.all(rows);
        for (int at = 0; at < rows; at++) {
            switch (source.expr().evaluate(row.at(at))) {
                case null -> valid.clear(at);
                case Boolean truth -> cells[at] = truth ? 1 : 0;
                case Number number -> cells[at] = number.longValue();
                case Object other ->
                    throw new IllegalStateException(source.field() + " cannot hold a " + other.getClass());
            }
        }
        made.longs(source.field(), cells, valid);
    }

    private static void texts(Source.Evaluated source, int rows, Cursor row, Made made, BufferAllocator allocator) {
        var texts = new VarCharVector(source.field(), allocator);
        made.add(texts);
        texts.allocateNew(rows);
        for (int at = 0; at < rows; at++) {
            switch (source.expr().evaluate(row.at(at))) {
                case null -> texts.setNull(at);
                case Object text -> texts.setSafe(at, text.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        texts.setValueCount(rows);
    }
}
