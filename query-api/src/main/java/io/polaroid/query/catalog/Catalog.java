package io.polaroid.query.catalog;

import io.polaroid.query.topic.TopicTable;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.LiveTables;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a query can name: live tables first, then topics.
 *
 * @param live tables of the running pipeline
 * @param topics topics read on demand
 * @param lake their history
 */
public record Catalog(LiveTables live, List<TopicTable> topics, Lake lake) {
    public Catalog {
        topics = List.copyOf(topics);
    }

    /** Everything, in declared order. */
    public List<Relation> relations() {
        var all = new ArrayList<Relation>();
        live.tables().forEach(table -> all.add(new Relation.Live(table, lake.has(table.name()))));
        topics.forEach(table -> all.add(new Relation.Topic(table)));
        return List.copyOf(all);
    }

    /** The relation of this name; SQL names do not mind case. */
    public Optional<Relation> find(String name) {
        return relations().stream()
                .filter(relation -> relation.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The relation of this name, or {@code UNKNOWN_TABLE} with the name that was probably meant. */
    public Result<Relation> relation(String name) {
        return find(name).<Result<Relation>>map(Result::ok).orElseGet(() -> {
            var names = relations().stream().map(Relation::name).toList();
            return Result.err(new Problem(
                    ProblemCode.UNKNOWN_TABLE,
                    "there is no table " + name + Names.hint(name, names),
                    Map.of("table", name)));
        });
    }

    /** The stream or view of this name, or {@code UNKNOWN_TABLE} / {@code INVALID_ARGUMENT}. */
    public Result<LiveTable> live(String name) {
        return relation(name).flatMap(relation -> switch (relation) {
            case Relation.Live live -> Result.ok(live.table());
            case Relation.Topic topic ->
                Result.err(ProblemCode.INVALID_ARGUMENT, topic.name() + " is a topic, which has no live rows");
        });
    }
}
