package io.polaroid.query.grpc;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.ArrowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Columns of numbers that a call brought.
 *
 * @param names one for each column
 * @param values one array for each column, of equal length; NaN in place of null
 */
record NumberColumns(List<String> names, double[][] values) {
    /** What an Arrow IPC stream of any number of batches holds, or {@code INVALID_ARGUMENT}. */
    static Result<NumberColumns> read(ArrowBatch rows, BufferAllocator allocator) {
        try {
            IpcFrames.check(rows.getArrowIpc());
        } catch (RuntimeException e) {
            return notArrow(e);
        }
        try (var reader = new ArrowStreamReader(rows.getArrowIpc().newInput(), allocator)) {
            var root = reader.getVectorSchemaRoot();
            for (var field : root.getSchema().getFields()) {
                if (!isNumber(field.getType()) || field.getDictionary() != null) {
                    return Result.err(
                            ProblemCode.INVALID_ARGUMENT,
                            "column '" + field.getName() + "' is " + field.getType()
                                    + "; send numbers: integers, floats or decimals");
                }
            }
            return Result.ok(all(reader, root));
        } catch (OutOfMemoryException e) {
            return Result.err(
                    Problem.of(ProblemCode.BUDGET_EXCEEDED, "the rows do not fit in the server's memory now"));
        } catch (IOException | RuntimeException e) {
            return notArrow(e);
        }
    }

    private static Result<NumberColumns> notArrow(Exception e) {
        return Result.err(ProblemCode.INVALID_ARGUMENT, "rows are not an Arrow IPC stream: " + e.getMessage());
    }

    private static NumberColumns all(ArrowStreamReader reader, VectorSchemaRoot root) throws IOException {
        var batches = new ArrayList<double[][]>();
        int count = 0;
        while (reader.loadNextBatch()) {
            batches.add(root.getFieldVectors().stream()
                    .map(vector -> Column.of(vector).doubles())
                    .toArray(double[][]::new));
            count += root.getRowCount();
        }
        double[][] values = new double[root.getFieldVectors().size()][count];
        int from = 0;
        for (var batch : batches) {
            for (int column = 0; column < values.length; column++) {
                System.arraycopy(batch[column], 0, values[column], from, batch[column].length);
            }
            from += batch.length == 0 ? 0 : batch[0].length;
        }
        return new NumberColumns(
                root.getFieldVectors().stream().map(FieldVector::getName).toList(), values);
    }

    private static boolean isNumber(ArrowType type) {
        return type instanceof ArrowType.Int
                || type instanceof ArrowType.Decimal
                || (type instanceof ArrowType.FloatingPoint number
                        && number.getPrecision() != FloatingPointPrecision.HALF);
    }
}
