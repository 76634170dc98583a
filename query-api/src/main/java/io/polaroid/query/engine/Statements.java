package io.polaroid.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Parses SQL texts with the engine's own parser and lets through what may run: exactly one SELECT whose table functions are
 * on a list. The list matters: some of the engine's functions run SQL of their own or read memory at an address.
 */
final class Statements {
    /** Table functions that statements may call; those that read files are held inside the allowed folders by the engine. */
    static final Set<String> TABLE_FUNCTIONS = Set.of(
            "read_parquet",
            "parquet_scan",
            "parquet_schema",
            "parquet_metadata",
            "read_csv",
            "read_csv_auto",
            "read_json",
            "read_json_auto",
            "range",
            "generate_series",
            "unnest",
            "repeat");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Statements() {}

    /**
     * A reference to a table.
     *
     * @param path its name as written, by parts
     * @param location where its name begins, in bytes of the UTF-8 text; -1 if the parser does not say
     * @param aliased whether it has an alias
     */
    record Reference(List<String> path, int location, boolean aliased) {
        /** The name of the table that is meant. */
        String table() {
            var parts = path.size() > 1 && "main".equals(path.getFirst()) ? path.subList(1, path.size()) : path;
            return String.join(".", parts);
        }
    }

    /** The tables that one SELECT refers to, or why the text may not run. */
    static Result<List<Reference>> parse(Connection connection, String sql) {
        return tree(connection, sql).flatMap(tree -> {
            if (tree.path("error").asBoolean()) {
                return refused(tree);
            }
            int statements = tree.path("statements").size();
            if (statements != 1) {
                return Result.err(
                        ProblemCode.INVALID_PLAN, statements + " statements in one text; send exactly one SELECT");
            }
            var walk = new Walk();
            walk.visit(tree.path("statements").get(0), Set.of());
            return walk.refused.isEmpty()
                    ? Result.ok(List.copyOf(walk.references))
                    : Result.err(new Problem(
                            ProblemCode.NOT_ALLOWED,
                            "table function " + walk.refused.getFirst() + " may not be called here",
                            Map.of("function", walk.refused.getFirst())));
        });
    }

    private static Result<List<Reference>> refused(JsonNode tree) {
        var message = tree.path("error_message").asText();
        return message.startsWith("Only SELECT")
                ? Result.err(ProblemCode.NOT_ALLOWED, "only a SELECT may run here")
                : Result.err(ProblemCode.INVALID_PLAN, message.strip());
    }

    private static Result<JsonNode> tree(Connection connection, String sql) {
        try (var ask = connection.prepareStatement("SELECT json_serialize_sql(CAST(? AS VARCHAR))")) {
            ask.setString(1, sql);
            try (var answer = ask.executeQuery()) {
                answer.next();
                return Result.ok(JSON.readTree(answer.getString(1)));
            }
        } catch (SQLException e) {
            return Result.err(EngineProblems.of(e.getMessage()));
        } catch (IOException e) {
            return Result.err(ProblemCode.INTERNAL, "the parsed statement is not JSON: " + e.getMessage());
        }
    }

    /** Collects what a parsed statement refers to, with the names of common table expressions in scope. */
    private static final class Walk {
        private final List<Reference> references = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();

        void visit(JsonNode node, Set<String> scope) {
            var inner = node.isObject() ? scopeOf(node, scope) : scope;
            switch (node.path("type").asText()) {
                case "BASE_TABLE" -> reference(node, inner);
                case "TABLE_FUNCTION" -> function(node.path("function"));
                default -> {}
            }
            node.forEach(child -> visit(child, inner));
        }

        private static Set<String> scopeOf(JsonNode node, Set<String> scope) {
            var expressions = node.path("cte_map").path("map");
            var recursive = node.path("cte_name").asText();
            if (expressions.isEmpty() && recursive.isEmpty()) {
                return scope;
            }
            var inner = new HashSet<>(scope);
            expressions.forEach(entry -> inner.add(entry.path("key").asText().toLowerCase(Locale.ROOT)));
            inner.add(recursive.toLowerCase(Locale.ROOT));
            return inner;
        }

        private void reference(JsonNode node, Set<String> scope) {
            var path = new ArrayList<String>();
            for (var part : List.of("catalog_name", "schema_name", "table_name")) {
                if (!node.path(part).asText().isEmpty()) {
                    path.add(node.path(part).asText());
                }
            }
            if (path.size() == 1 && scope.contains(path.getFirst().toLowerCase(Locale.ROOT))) {
                return;
            }
            var where = node.path("query_location");
            references.add(new Reference(
                    List.copyOf(path),
                    where.canConvertToInt() ? where.asInt() : -1,
                    !node.path("alias").asText().isEmpty()));
        }

        private void function(JsonNode call) {
            var name = call.path("function_name").asText().toLowerCase(Locale.ROOT);
            if (!TABLE_FUNCTIONS.contains(name)) {
                refused.add(name);
            }
        }
    }
}
