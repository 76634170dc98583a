package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of a view's results. */
public final class ViewSchema {
    /** Offset of the input row that a result belongs to, in views that have one result for each row. */
    public static final String ROW_OFFSET = "row_offset";

    /** What a bar says of its feed. */
    public static final String STATUS = "status";

    /** Time of the last row of a session. */
    public static final String SESSION_END = "session_end";

    /** Whether a published session is there no more. */
    public static final String WITHDRAWN = "withdrawn";

    private ViewSchema() {}

    /** The result schema of a view over inputs of these columns, or why there is none. */
    public static Result<Schema> of(ViewSpec view, Map<String, StreamColumns> streams) {
        return switch (view) {
            case ViewSpec.Resample resample ->
                resample.windows()
                        .grid(TimeUnits.nanosPer(from(view, streams).unit()))
                        .flatMap(grid -> AggregatePlan.of(
                                resample.aggregates(), from(view, streams).schema()))
                        .flatMap(plan -> resampled(resample, from(view, streams), plan));
            case ViewSpec.Rolling rolling
            when from(view, streams).identity().withdrawn().isPresent() -> of(rolling.asFunction(), streams);
            case ViewSpec.Rolling rolling ->
                WindowPlan.of(rolling.aggregates(), from(view, streams).schema())
                        .flatMap(plan -> schema(rolled(from(view, streams), plan)));
            case ViewSpec.PerRow perRow -> {
                var input = from(view, streams);
                yield RowKernels.of(perRow.function(), input)
                        .flatMap(kernel -> schema(new RowResults(input, kernel).fields()));
            }
            case ViewSpec.Session session ->
                SessionCells.of(session, from(view, streams))
                        .flatMap(cells -> sessions(session, from(view, streams), cells));
            case ViewSpec.Steps steps when mayTakeBack(steps, streams) -> refused(steps);
            case ViewSpec.Lookup lookup when mayTakeBack(lookup, streams) -> refused(lookup);
            case ViewSpec.AsOf asOf when mayTakeBack(asOf, streams) -> refused(asOf);
            case ViewSpec.Steps steps ->
                StepKernel.of(
                                steps,
                                steps.inputs().stream()
                                        .map(input -> java.util.Objects.requireNonNull(streams.get(input), input))
                                        .toList())
                        .flatMap(kernel -> schema(kernel.fields()));
            case ViewSpec.Lookup lookup -> lookedUp(lookup, lookup.lookup(), streams);
            case ViewSpec.AsOf asOf -> lookedUp(asOf, Around.Nearest.of(asOf), streams);
        };
    }

    private static StreamColumns from(ViewSpec view, Map<String, StreamColumns> streams) {
        return java.util.Objects.requireNonNull(streams.get(view.from()), view.from());
    }

    private static boolean mayTakeBack(ViewSpec view, Map<String, StreamColumns> streams) {
        return view.inputs().stream()
                .anyMatch(input -> java.util.Objects.requireNonNull(streams.get(input), input)
                        .identity()
                        .withdrawn()
                        .isPresent());
    }

    private static <T> Result<T> refused(ViewSpec view) {
        return Result.err(
                ProblemCode.INVALID_PLAN,
                "view " + view.name()
                        + ": sessions, and what a filter lets through of a view, may be taken back, and a row that has"
                        + " found one would have to look again; join the stream or view that they are made of");
    }

    /** Whether a published result may be there no more, which its column {@link #WITHDRAWN} says then. */
    public static boolean isTakingBack(Schema results) {
        int last = results.getFields().size() - 4;
        return last >= 0
                && results.getFields().get(last).getName().equals(WITHDRAWN)
                && !results.getFields().get(last).isNullable();
    }

    private static Result<Schema> resampled(ViewSpec.Resample view, StreamColumns input, AggregatePlan plan) {
        var fields = resampled(input, plan, view.gaps());
        if (input.identity().withdrawn().isPresent()) {
            if (view.gaps().isUsed()) {
                return Result.err(
                        ProblemCode.INVALID_PLAN,
                        "view " + view.name()
                                + ": sessions, and what a filter lets through of a view, may be taken back, and with"
                                + " them bars that others are filled from; leave out fill and status");
            }
            fields.add(required(WITHDRAWN, new ArrowType.Bool()));
        }
        return schema(fields);
    }

    private static List<Field> resampled(StreamColumns input, AggregatePlan plan, ViewSpec.Gaps gaps) {
        var fields = new ArrayList<>(input.keyFields());
        fields.add(input.timeField());
        fields.addAll(plan.outputs());
        if (gaps.status()) {
            fields.add(required(STATUS, new ArrowType.Utf8()));
        }
        return fields;
    }

    private static List<Field> rolled(StreamColumns input, WindowPlan plan) {
        var fields = new ArrayList<>(input.keyFields());
        fields.add(input.timeField());
        input.id().ifPresent(id -> fields.add(input.schema().getFields().get(id)));
        fields.add(required(ROW_OFFSET, new ArrowType.Int(64, true)));
        fields.addAll(plan.outputs());
        return fields;
    }

    private static Result<Schema> sessions(ViewSpec.Session view, StreamColumns input, SessionCells cells) {
        if (input.identity().isRevised()) {
            return Result.err(
                    ProblemCode.INVALID_PLAN,
                    "view " + view.name()
                            + ": a revision of a row changes sums that a session has long taken in, and the rows may be"
                            + " gone that they were made of; take sessions from the stream");
        }
        var fields = new ArrayList<>(input.keyFields());
        fields.add(input.timeField());
        fields.add(nullable(SESSION_END, input.timeField().getType()));
        fields.addAll(cells.outputs());
        fields.add(required(WITHDRAWN, new ArrowType.Bool()));
        return schema(fields);
    }

    private static Result<Schema> lookedUp(ViewSpec view, Around around, Map<String, StreamColumns> streams) {
        var left = from(view, streams);
        return LookupKernel.of(
                        around,
                        left,
                        java.util.Objects.requireNonNull(
                                streams.get(view.inputs().getLast())))
                .flatMap(kernel -> {
                    var fields = new ArrayList<Field>();
                    left.joined()
                            .forEach(column ->
                                    fields.add(left.schema().getFields().get(column)));
                    fields.addAll(kernel.outputs());
                    fields.add(required(ROW_OFFSET, new ArrowType.Int(64, true)));
                    return schema(fields);
                });
    }

    /** The right columns that an as-of join adds: all but the key columns and a view's {@code row_offset}. */
    public static List<Integer> rightColumns(StreamColumns right) {
        return right.joined().stream()
                .filter(column -> !right.key().contains(column))
                .toList();
    }

    private static Result<Schema> schema(List<Field> fields) {
        var all = new ArrayList<>(fields);
        all.add(nullable("revision", new ArrowType.Int(32, true)));
        all.add(nullable("published_at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")));
        all.add(nullable("published_offset", new ArrowType.Int(64, true)));
        var names = new HashSet<String>();
        for (Field field : all) {
            if (!names.add(field.getName())) {
                return Result.err(ProblemCode.INVALID_PLAN, "two columns of the result are named " + field.getName());
            }
        }
        return Result.ok(new Schema(all));
    }

    private static Field nullable(String name, ArrowType type) {
        return new Field(name, FieldType.nullable(type), null);
    }

    private static Field required(String name, ArrowType type) {
        return new Field(name, FieldType.notNullable(type), null);
    }
}
