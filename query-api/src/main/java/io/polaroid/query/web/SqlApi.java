package io.polaroid.query.web;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.catalog.Relation;
import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.query.engine.Sql;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;

/**
 * Queries whose answers are JSON documents.
 *
 * @param engine runs them
 * @param catalog knows the tables
 */
public record SqlApi(QueryEngine engine, Catalog catalog) {
    /** Most rows of an answer; Arrow Flight has no such limit. */
    public static final int MAX_ROWS = 10_000;

    /** One SELECT, as {@code {"columns", "rows"}}. */
    Result<byte[]> run(String sql) {
        return engine.query(sql, new QueryControl()).flatMap(result -> JsonRows.table(result, MAX_ROWS));
    }

    /** The newest rows of one series of a stream or view, oldest first, as {@code {"rows"}}. */
    Result<byte[]> newest(String table, String symbol, int limit) {
        return catalog.relation(table).flatMap(relation -> {
            if (relation.keyColumns().isEmpty() || relation.timeColumn().isEmpty()) {
                return Result.err(
                        ProblemCode.INVALID_ARGUMENT, relation.name() + " is a " + relation.kind() + " without series");
            }
            return engine.query(newest(relation, symbol, limit), new QueryControl())
                    .flatMap(result -> JsonRows.objects(result, limit));
        });
    }

    private static String newest(Relation relation, String symbol, int limit) {
        var time = Sql.name(relation.timeColumn());
        return "SELECT * FROM (SELECT * FROM " + Sql.name(relation.name()) + " WHERE CAST("
                + Sql.name(relation.keyColumns().getFirst()) + " AS VARCHAR) = " + Sql.text(symbol) + " ORDER BY "
                + time + " DESC LIMIT " + limit + ") ORDER BY " + time;
    }
}
