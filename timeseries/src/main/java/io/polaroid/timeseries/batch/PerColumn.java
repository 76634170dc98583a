package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What operators have in common that compute one column from each of some columns, per series, row for row. */
final class PerColumn {
    private PerColumn() {}

    /** Columns of the result. */
    static Result<Schema> schema(
            List<Schema> inputs, List<String> over, List<Target> targets, Function<Field, Field> output) {
        return Types.check(() -> {
            Schema input = inputs.getFirst();
            Types.columns(input, over);
            return Types.added(
                    input,
                    targets.stream()
                            .map(target ->
                                    Types.output(target.name(), output.apply(Types.column(input, target.column()))))
                            .toList());
        });
    }

    /** Computes a column. */
    @FunctionalInterface
    interface Kernel {
        Computed compute(Column column, Groups groups);
    }

    /** The table with the results. */
    static Result<VectorSchemaRoot> apply(
            BatchOperator operator,
            List<VectorSchemaRoot> inputs,
            List<String> over,
            List<Target> targets,
            BufferAllocator allocator,
            Kernel kernel) {
        VectorSchemaRoot table = inputs.getFirst();
        return operator.schema(List.of(table.getSchema()))
                .flatMap(schema -> Types.check(() -> {
                    Groups groups = Series.of(table, over);
                    var computed = new ArrayList<Computed>();
                    for (Target target : targets) {
                        computed.add(kernel.compute(Column.of(table.getVector(target.column())), groups));
                    }
                    return Computed.added(
                            table, schema, targets.stream().map(Target::name).toList(), computed, allocator);
                }));
    }

    static String title(String what, List<Target> targets, List<String> over) {
        return what + " of "
                + String.join(", ", targets.stream().map(Target::column).toList())
                + (over.isEmpty() ? "" : ", per " + over);
    }
}
