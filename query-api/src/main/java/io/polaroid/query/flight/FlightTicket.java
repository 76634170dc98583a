package io.polaroid.query.flight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.cluster.PartTicket;
import io.polaroid.query.plan.HandleStore;
import io.polaroid.query.plan.Plan;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a ticket's bytes ask for. They are UTF-8 text: the name of a table, a SELECT statement, or JSON with one of the fields
 * {@code table}, {@code sql} and {@code handle}. Other processes of the application send {@link PartTicket}s.
 *
 * @param catalog the tables there are
 * @param handles the handles there are
 */
record FlightTicket(Catalog catalog, HandleStore handles) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is asked for. */
    sealed interface Asked {
        /** One SELECT statement. */
        record Text(String sql) implements Asked {}

        /** All rows of a table. */
        record Whole(String table) implements Asked {}

        /** The plan of a handle. */
        record Planned(Plan plan) implements Asked {}

        /** Partitions of a table that are in this process. */
        record Parts(PartTicket parts) implements Asked {}
    }

    /** What a ticket stands for. */
    Result<Asked> asked(byte[] ticket) {
        var text = new String(ticket, StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            return json(text);
        }
        boolean words = text.chars().anyMatch(Character::isWhitespace);
        return catalog.find(text).isPresent() || !words ? table(text) : Result.ok(new Asked.Text(text));
    }

    /** A whole table. */
    Result<Asked> table(String name) {
        return catalog.relation(name).map(relation -> new Asked.Whole(relation.name()));
    }

    private Result<Asked> json(String text) {
        return parse(text).flatMap(tree -> {
            if (tree.path(PartTicket.FIELD).isTextual()) {
                return PartTicket.of(tree).map(Asked.Parts::new);
            }
            var given = List.of("table", "sql", "handle").stream()
                    .filter(field -> tree.path(field).isTextual())
                    .toList();
            if (given.size() != 1) {
                return Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "a JSON ticket has exactly one of the text fields table, sql and handle; this one has "
                                + given.size());
            }
            var value = tree.path(given.getFirst()).asText();
            return switch (given.getFirst()) {
                case "table" -> table(value);
                case "sql" -> Result.ok(new Asked.Text(value));
                default -> handles.plan(value).map(Asked.Planned::new);
            };
        });
    }

    private static Result<JsonNode> parse(String text) {
        try {
            return Result.ok(JSON.readTree(text));
        } catch (IOException e) {
            return Result.err(Problem.of(ProblemCode.INVALID_ARGUMENT, "the ticket is not JSON: " + e.getMessage()));
        }
    }
}
