package io.polaroid.query;

import io.polaroid.store.read.PipelineStatus;
import io.polaroid.store.read.RestoreStatus;
import java.util.List;
import java.util.Map;

/** A pipeline that is ready, or not. */
public record FakeStatus(boolean ready) implements PipelineStatus {
    @Override
    public String application() {
        return "market";
    }

    @Override
    public List<StreamStatus> streams() {
        return List.of(
                new StreamStatus("trades", 0, 10, 1, 2, 3, 1_700_000_000_000_000_000L, 15),
                new StreamStatus("trades", 1, 0, 0, 0, 0, Long.MIN_VALUE, -1));
    }

    @Override
    public List<ViewStatus> views() {
        return List.of(new ViewStatus("bars_1s", "trades", Map.of("on_time", 9L, "late", 1L)));
    }

    @Override
    public List<FeedStatus> feeds() {
        return List.of(new FeedStatus("exchange/0", "UP", 1_700_000_000_000_000_000L));
    }

    @Override
    public List<TaskStatus> restarting() {
        return List.of(new TaskStatus("source.exchange/0", 2, "fenced"));
    }

    @Override
    public List<RestoreStatus> restores() {
        return List.of(
                new RestoreStatus("trades-rows", "trades", 0, 0, 100, 100, 90, 45, true),
                new RestoreStatus("trades-rows", "trades", 1, 20, 70, 120, 50, 25, ready));
    }
}
