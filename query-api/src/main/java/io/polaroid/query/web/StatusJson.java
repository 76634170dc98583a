package io.polaroid.query.web;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.catalog.Relation;
import io.polaroid.store.read.PipelineStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Tables and status as JSON values. */
final class StatusJson {
    private StatusJson() {}

    static Map<String, Object> tables(Catalog catalog) {
        return Map.of(
                "tables", catalog.relations().stream().map(StatusJson::table).toList());
    }

    private static Map<String, Object> table(Relation relation) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", relation.name());
        json.put("kind", relation.kind());
        json.put("keyColumns", relation.keyColumns());
        json.put("timeColumn", relation.timeColumn());
        json.put("partitions", relation.partitions());
        json.put("description", relation.description());
        json.put(
                "columns",
                relation.schema().getFields().stream().map(StatusJson::column).toList());
        return json;
    }

    private static Map<String, Object> column(Field field) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", field.getName());
        json.put("type", Cells.type(field));
        json.put("nullable", field.isNullable());
        return json;
    }

    static Map<String, Object> status(PipelineStatus status) {
        var json = new LinkedHashMap<String, Object>();
        json.put("application", status.application());
        json.put("ready", status.ready());
        json.put("streams", status.streams().stream().map(StatusJson::stream).toList());
        json.put("views", status.views().stream().map(StatusJson::view).toList());
        json.put("feeds", feeds(status.feeds()));
        json.put(
                "restarting", status.restarting().stream().map(StatusJson::task).toList());
        return json;
    }

    /** What a health check is told. */
    static Map<String, Object> ready(PipelineStatus status) {
        var json = new LinkedHashMap<String, Object>();
        json.put("ready", status.ready());
        json.put(
                "restarting", status.restarting().stream().map(StatusJson::task).toList());
        return json;
    }

    private static Map<String, Object> task(PipelineStatus.TaskStatus task) {
        var json = new LinkedHashMap<String, Object>();
        json.put("task", task.task());
        json.put("failures", task.failures());
        json.put("reason", task.reason());
        return json;
    }

    private static Map<String, @Nullable Object> stream(PipelineStatus.StreamStatus stream) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("stream", stream.stream());
        json.put("partition", stream.partition());
        json.put("rows", stream.rows());
        json.put("duplicates", stream.duplicates());
        json.put("deadLetters", stream.deadLetters());
        json.put("rerouted", stream.rerouted());
        json.put("progress", time(stream.progressNanos()));
        json.put("committedOffset", stream.committedOffset());
        return json;
    }

    private static Map<String, Object> view(PipelineStatus.ViewStatus view) {
        var json = new LinkedHashMap<String, Object>();
        json.put("view", view.view());
        json.put("input", view.input());
        json.put("counts", new TreeMap<>(view.counts()));
        return json;
    }

    private static List<Map<String, @Nullable Object>> feeds(List<PipelineStatus.FeedStatus> feeds) {
        return feeds.stream()
                .map(feed -> {
                    var json = new LinkedHashMap<String, @Nullable Object>();
                    json.put("source", feed.source());
                    json.put("state", feed.state());
                    json.put("since", time(feed.sinceNanos()));
                    return (Map<String, @Nullable Object>) json;
                })
                .toList();
    }

    private static @Nullable String time(long nanos) {
        return nanos == Long.MIN_VALUE ? null : Cells.instant(nanos, TimeUnit.NANOSECONDS);
    }
}
