package io.polaroid.query.web;

import io.polaroid.store.read.PipelineStatus;
import io.polaroid.store.read.PipelineStatus.StreamStatus;
import io.polaroid.store.read.RestoreStatus;
import java.math.BigDecimal;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** The pipeline's counts in Prometheus' text format, version 0.0.4. */
final class Metrics {
    private final StringBuilder text = new StringBuilder();

    private Metrics() {}

    static String of(PipelineStatus status) {
        var metrics = new Metrics();
        metrics.head("polaroid_ready", "gauge", "1 if every assigned partition is restored and running.");
        metrics.sample("polaroid_ready", "", status.ready() ? "1" : "0");
        metrics.streams(status, "polaroid_rows_total", "counter", "Rows accepted.", StreamStatus::rows);
        metrics.streams(
                status,
                "polaroid_duplicates_total",
                "counter",
                "Rows removed because their id was there already.",
                StreamStatus::duplicates);
        metrics.streams(
                status,
                "polaroid_dead_letters_total",
                "counter",
                "Records that became dead letters.",
                StreamStatus::deadLetters);
        metrics.streams(
                status,
                "polaroid_rerouted_total",
                "counter",
                "Rows re-published to their right partition.",
                StreamStatus::rerouted);
        metrics.streams(
                status,
                "polaroid_committed_offset",
                "gauge",
                "Last committed offset, -1 for none.",
                StreamStatus::committedOffset);
        metrics.progress(status);
        metrics.views(status);
        metrics.feeds(status);
        metrics.tasks(status);
        metrics.restores(status);
        return metrics.text.toString();
    }

    private void streams(
            PipelineStatus status, String name, String type, String help, ToLongFunction<StreamStatus> value) {
        head(name, type, help);
        status.streams().forEach(stream -> sample(name, labels(stream), Long.toString(value.applyAsLong(stream))));
    }

    private void progress(PipelineStatus status) {
        head(
                "polaroid_progress_seconds",
                "gauge",
                "Event-time progress, seconds since 1970 UTC; absent before the first row.");
        status.streams().stream()
                .filter(stream -> stream.progressNanos() != Long.MIN_VALUE)
                .forEach(stream -> sample(
                        "polaroid_progress_seconds",
                        labels(stream),
                        BigDecimal.valueOf(stream.progressNanos(), 9).toPlainString()));
    }

    private void views(PipelineStatus status) {
        head("polaroid_view_rows_total", "counter", "Rows of a view's input by outcome.");
        for (var view : status.views()) {
            new TreeMap<>(view.counts())
                    .forEach((outcome, count) -> sample(
                            "polaroid_view_rows_total",
                            label("view", view.view()) + "," + label("input", view.input()) + ","
                                    + label("outcome", outcome),
                            count.toString()));
        }
    }

    private void feeds(PipelineStatus status) {
        head("polaroid_feed_up", "gauge", "1 if the last control record of a feed says that it is up.");
        status.feeds()
                .forEach(feed -> sample(
                        "polaroid_feed_up", label("source", feed.source()), "UP".equals(feed.state()) ? "1" : "0"));
    }

    private void tasks(PipelineStatus status) {
        head(
                "polaroid_task_failures",
                "gauge",
                "How often in a row a source or sink task has failed that waits to be started again.");
        status.restarting()
                .forEach(task -> sample(
                        "polaroid_task_failures", label("task", task.task()), Integer.toString(task.failures())));
    }

    private void restores(PipelineStatus status) {
        var restores = status.restores();
        head("polaroid_restore_fraction", "gauge", "How much of a store's partition is restored, from 0 to 1.");
        restores.forEach(
                restore -> sample("polaroid_restore_fraction", labels(restore), Double.toString(restore.fraction())));
        head("polaroid_restore_rows_total", "counter", "Records restored since the instance started.");
        restores.forEach(restore ->
                sample("polaroid_restore_rows_total", labels(restore), Long.toString(restore.restoredRows())));
        head("polaroid_restore_rows_per_second", "gauge", "Pace of restoring.");
        restores.forEach(restore ->
                sample("polaroid_restore_rows_per_second", labels(restore), Double.toString(restore.rowsPerSecond())));
        head(
                "polaroid_restore_left_seconds",
                "gauge",
                "How long the rest takes at this pace; absent before there is one.");
        restores.forEach(restore -> restore.left()
                .ifPresent(left -> sample(
                        "polaroid_restore_left_seconds",
                        labels(restore),
                        BigDecimal.valueOf(left.toMillis(), 3).toPlainString())));
    }

    private static String labels(RestoreStatus restore) {
        return label("store", restore.store()) + "," + label("partition", Integer.toString(restore.partition()));
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String labels, String value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    private static String labels(StreamStatus stream) {
        return label("stream", stream.stream()) + "," + label("partition", Integer.toString(stream.partition()));
    }

    private static String label(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
