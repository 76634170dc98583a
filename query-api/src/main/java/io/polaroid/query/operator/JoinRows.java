package io.polaroid.query.operator;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of two tables that are equal in some columns, as Polars' {@code join}.
 *
 * <p><b>Order</b> that of the left rows, and of the right rows among those of one left row; unmatched right rows of a full join come last;
 * a right join goes by the right rows. <b>Nulls</b> match nothing, unless {@code nullsEqual}.
 *
 * @param leftOn key columns on the left
 * @param rightOn key columns on the right, as many, of the same types
 * @param how which rows
 * @param suffix put behind a right column whose name the left has
 * @param nullsEqual whether a null matches a null
 * @param coalesce whether the key columns of the other side are left out
 */
public record JoinRows(
        List<String> leftOn, List<String> rightOn, How how, String suffix, boolean nullsEqual, boolean coalesce)
        implements BatchOperator {
    /** Which rows of a join are kept. */
    public enum How {
        INNER,
        LEFT,
        RIGHT,
        FULL,
        SEMI,
        ANTI,
        CROSS;

        /** The one of this name, in lower case; an empty name means inner. */
        public static Result<How> named(String name) {
            for (How how : values()) {
                if (how.text().equals(name) || name.isEmpty() && how == INNER) {
                    return Result.ok(how);
                }
            }
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "how is " + name + "; a join is inner, left, right, full, semi, anti or cross");
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public JoinRows {
        leftOn = List.copyOf(leftOn);
        rightOn = List.copyOf(rightOn);
    }

    @Override
    public int inputs() {
        return 2;
    }

    @Override
    public String title() {
        return how.text() + " join" + (leftOn.isEmpty() ? "" : " on " + String.join(", ", leftOn));
    }

    /** Which columns of a side the result has, and how they are called there. */
    private record Kept(List<Integer> left, List<Field> leftFields, List<Integer> right, List<Field> rightFields) {}

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return kept(inputs.getFirst(), inputs.getLast()).flatMap(kept -> {
            var fields = new ArrayList<>(kept.leftFields());
            fields.addAll(kept.rightFields());
            var names = new HashSet<String>();
            for (var field : fields) {
                if (!names.add(field.getName())) {
                    return Result.err(
                            ProblemCode.INVALID_PLAN,
                            "the result would have two columns " + field.getName() + "; give another suffix");
                }
            }
            return Result.ok(new Schema(fields));
        });
    }

    private Result<Kept> kept(Schema left, Schema right) {
        if (leftOn.size() != rightOn.size() || leftOn.isEmpty() != (how == How.CROSS)) {
            return Result.err(
                    ProblemCode.INVALID_PLAN,
                    "a " + how.text() + " join has " + leftOn.size() + " left and " + rightOn.size()
                            + " right key columns; " + (how == How.CROSS ? "it takes none" : "give as many of each"));
        }
        return Named.indexes(left, leftOn)
                .flatMap(leftKeys -> Named.indexes(right, rightOn)
                        .flatMap(rightKeys -> sameTypes(left, leftKeys, right, rightKeys))
                        .map(rightKeys -> kept(left, leftKeys, right, rightKeys)));
    }

    private static Result<List<Integer>> sameTypes(
            Schema left, List<Integer> leftKeys, Schema right, List<Integer> rightKeys) {
        for (int i = 0; i < leftKeys.size(); i++) {
            var a = left.getFields().get(leftKeys.get(i));
            var b = right.getFields().get(rightKeys.get(i));
            if (!a.getType().equals(b.getType())) {
                return Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "key column " + a.getName() + " is a " + a.getType() + " on the left and " + b.getName() + " a "
                                + b.getType() + " on the right");
            }
        }
        return Result.ok(rightKeys);
    }

    private Kept kept(Schema left, List<Integer> leftKeys, Schema right, List<Integer> rightKeys) {
        boolean rightLeads = how == How.RIGHT;
        var leftKept = all(left, rightLeads && coalesce ? leftKeys : List.of());
        var leftFields = leftKept.stream()
                .map(left.getFields()::get)
                .map(field -> nullable(field, rightLeads || how == How.FULL))
                .toList();
        if (how == How.SEMI || how == How.ANTI) {
            return new Kept(leftKept, leftFields, List.of(), List.of());
        }
        var names = leftFields.stream().map(Field::getName).toList();
        var rightKept = all(right, !rightLeads && coalesce ? rightKeys : List.of());
        var rightFields = rightKept.stream()
                .map(right.getFields()::get)
                .map(field -> names.contains(field.getName()) ? Gather.renamed(field, field.getName() + suffix) : field)
                .map(field -> nullable(field, how == How.LEFT || how == How.FULL))
                .toList();
        return new Kept(leftKept, leftFields, rightKept, rightFields);
    }

    private static List<Integer> all(Schema schema, List<Integer> but) {
        var kept = new ArrayList<Integer>();
        for (int i = 0; i < schema.getFields().size(); i++) {
            if (!but.contains(i)) {
                kept.add(i);
            }
        }
        return kept;
    }

    private static Field nullable(Field field, boolean whether) {
        return whether ? Gather.nullable(field) : field;
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        var left = inputs.getFirst();
        var right = inputs.getLast();
        return kept(left.getSchema(), right.getSchema())
                .flatMap(kept -> Matches.of(this, left, right).map(matches -> {
                    try (var made = Made.with(allocator)) {
                        for (int i = 0; i < kept.left().size(); i++) {
                            var column = left.getVector(kept.left().get(i));
                            var field = kept.leftFields().get(i);
                            made.add(
                                    how == How.FULL && coalesce
                                            ? coalesced(column, right, matches, field, allocator)
                                            : Gather.rows(column, matches.left(), field, allocator));
                        }
                        for (int i = 0; i < kept.right().size(); i++) {
                            made.gather(
                                    right.getVector(kept.right().get(i)),
                                    matches.right(),
                                    kept.rightFields().get(i));
                        }
                        return made.table(matches.left().length);
                    }
                }));
    }

    /** A left column of a full join; of a key column the right side fills in what the left has not. */
    private FieldVector coalesced(
            FieldVector column, VectorSchemaRoot right, Matches matches, Field field, BufferAllocator allocator) {
        int key = leftOn.indexOf(column.getName());
        var made = Gather.rows(column, matches.left(), field, allocator);
        if (key < 0) {
            return made;
        }
        try (var other = Gather.rows(right.getVector(rightOn.get(key)), matches.right(), field, allocator)) {
            for (int row = 0; row < matches.left().length; row++) {
                if (matches.left()[row] == Gather.NULL) {
                    made.copyFromSafe(row, row, other);
                }
            }
            return made;
        } catch (RuntimeException failure) {
            made.close();
            throw failure;
        }
    }
}
