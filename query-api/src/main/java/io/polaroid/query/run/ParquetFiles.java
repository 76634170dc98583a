package io.polaroid.query.run;

import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.memory.HeldTable;
import io.polaroid.query.plan.FileRoots;
import io.polaroid.query.plan.Plan;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Writes the rows of plans into Parquet files. A file appears whole, under its name, or not at all.
 *
 * @param roots the folders that are written into
 */
public record ParquetFiles(PlanRunner runner, FileRoots roots) {
    private static final List<String> COMPRESSIONS = List.of("zstd", "snappy", "gzip", "uncompressed");

    /** What becomes of a file that is there. */
    private enum Mode {
        ERROR,
        OVERWRITE,
        IGNORE,
        APPEND
    }

    /**
     * Writes a file.
     *
     * @param path of the file, or the folder that gets one more
     * @param mode {@code error} also when empty, {@code overwrite}, {@code ignore}, {@code append}
     * @param compression {@code zstd} also when empty, {@code snappy}, {@code gzip}, {@code uncompressed}
     * @return how many rows were written
     */
    public Result<Long> write(Plan plan, String path, String mode, String compression, QueryControl control) {
        String packed = compression.isEmpty() ? COMPRESSIONS.getFirst() : compression.toLowerCase(Locale.ROOT);
        if (!COMPRESSIONS.contains(packed)) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "compression is " + compression + ", must be one of " + String.join(", ", COMPRESSIONS));
        }
        return mode(mode)
                .flatMap(known -> roots.target(path).flatMap(target -> {
                    if (known == Mode.IGNORE && Files.exists(target)) {
                        return Result.ok(0L);
                    }
                    return refusal(known, target)
                            .<Result<Long>>map(Result::err)
                            .orElseGet(() -> write(plan, target, known, packed, control));
                }));
    }

    private static Result<Mode> mode(String mode) {
        return switch (mode) {
            case "", "error" -> Result.ok(Mode.ERROR);
            case "overwrite" -> Result.ok(Mode.OVERWRITE);
            case "ignore" -> Result.ok(Mode.IGNORE);
            case "append" -> Result.ok(Mode.APPEND);
            default ->
                Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "mode is " + mode + ", must be one of error, overwrite, append, ignore");
        };
    }

    private static java.util.Optional<Problem> refusal(Mode mode, Path target) {
        String wrong = "";
        if (mode == Mode.ERROR && Files.exists(target)) {
            wrong = target + " is there; give the mode overwrite to replace it";
        } else if (mode == Mode.APPEND && Files.exists(target) && !Files.isDirectory(target)) {
            wrong = target + " is a file; append takes a folder";
        } else if (mode != Mode.APPEND && Files.isDirectory(target)) {
            wrong = target + " is a folder; give the mode append to add a file to it";
        }
        return wrong.isEmpty()
                ? java.util.Optional.empty()
                : java.util.Optional.of(Problem.of(ProblemCode.INVALID_ARGUMENT, wrong));
    }

    private Result<Long> write(Plan plan, Path target, Mode mode, String compression, QueryControl control) {
        return runner.table(plan, control).flatMap(table -> {
            try (table) {
                Path file = mode == Mode.APPEND ? part(target) : target;
                Path unfinished = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
                try {
                    return rows(table, unfinished, compression, control)
                            .flatMap(rows -> placed(unfinished, file, mode, rows));
                } finally {
                    Files.deleteIfExists(unfinished);
                }
            } catch (IOException e) {
                return failed(target, e);
            }
        });
    }

    private static Path part(Path folder) throws IOException {
        Files.createDirectories(folder);
        return folder.resolve("part-" + UUID.randomUUID() + ".parquet");
    }

    private static Result<Long> placed(Path unfinished, Path file, Mode mode, long rows) {
        try {
            if (mode == Mode.OVERWRITE) {
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(unfinished, file);
            }
            return Result.ok(rows);
        } catch (IOException e) {
            return failed(file, e);
        }
    }

    private static Result<Long> failed(Path file, IOException e) {
        return Result.err(ProblemCode.INVALID_ARGUMENT, file + " cannot be written: " + e.getMessage());
    }

    /** The engine cuts zoned nanoseconds to microseconds, so it gets them without their zone. */
    private Result<Long> rows(HeldTable table, Path file, String compression, QueryControl control) {
        var rows = table.rows();
        try (var made = Made.with(runner.allocator())) {
            rows.getFieldVectors()
                    .forEach(vector -> made.add(Gather.share(vector, exact(vector.getField()), runner.allocator())));
            try (VectorSchemaRoot shared = made.table(rows.getRowCount())) {
                return runner.engine().writeParquet(shared, file, compression, control);
            }
        }
    }

    private static Field exact(Field field) {
        return field.getType() instanceof ArrowType.Timestamp time
                        && time.getUnit() == TimeUnit.NANOSECOND
                        && time.getTimezone() != null
                ? new Field(
                        field.getName(),
                        new FieldType(field.isNullable(), new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), null),
                        List.of())
                : field;
    }
}
