package io.polaroid.query.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.query.plan.Plan;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.ExplainReply;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Tells how a plan would run: each operation is the SQL engine's, or a kernel over whole tables in memory.
 *
 * @param engine tells of the parts that are SQL
 */
record Explained(QueryEngine engine) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The plan as it was asked for. */
    static ExplainReply.Builder logical(Plan plan) {
        return ExplainReply.newBuilder().setLogicalPlan(plan.describe());
    }

    /** With what runs, and what was made better. */
    Result<ExplainReply> optimized(Plan plan) {
        var optimizations = new ArrayList<String>();
        return node(plan, optimizations)
                .flatMap(Explained::text)
                .map(json -> logical(plan)
                        .setPhysicalPlan(json)
                        .addAllOptimizationsApplied(optimizations)
                        .build());
    }

    private static Result<String> text(JsonNode node) {
        try {
            return Result.ok(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (JsonProcessingException e) {
            return Result.err(ProblemCode.INTERNAL, "the plan could not be written: " + e.getMessage());
        }
    }

    private Result<JsonNode> node(Plan plan, List<String> optimizations) {
        if (plan.isSql()) {
            return engine.explain(plan.sql()).flatMap(json -> {
                optimizations.addAll(PhysicalPlan.optimizations(json));
                return parsed(json);
            });
        }
        var node = JSON.createObjectNode();
        node.put("name", kernel(plan)).put("operation", plan.title());
        var inputs = plan.inputs();
        if (plan instanceof Plan.Select select && select.input() instanceof Plan.Filter filter) {
            node.put("filter", filter.text());
            optimizations.add("column kernel: only these columns taken: "
                    + String.join(
                            ", ",
                            select.schema().getFields().stream()
                                    .map(Field::getName)
                                    .toList()));
            inputs = filter.inputs();
        }
        var children = node.putArray("children");
        for (var input : inputs) {
            switch (node(input, optimizations)) {
                case Result.Err<JsonNode>(var problem) -> {
                    return Result.err(problem);
                }
                case Result.Ok<JsonNode>(var child) -> children.add(child);
            }
        }
        return Result.ok(node);
    }

    private static String kernel(Plan plan) {
        return switch (plan) {
            case Plan.Held held -> "memory";
            case Plan.Operation operation ->
                operation.operator().getClass().getPackageName().startsWith("io.polaroid.timeseries")
                        ? "timeseries kernel"
                        : "column kernel";
            default -> "column kernel";
        };
    }

    private static Result<JsonNode> parsed(String json) {
        try {
            return Result.ok(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            return Result.err(ProblemCode.INTERNAL, "the engine's plan is not JSON: " + e.getMessage());
        }
    }
}
