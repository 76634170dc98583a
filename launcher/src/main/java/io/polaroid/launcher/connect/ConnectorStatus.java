package io.polaroid.launcher.connect;

import java.util.List;

/**
 * How a connector is doing.
 *
 * @param name its name
 * @param state Connect's word for the connector: {@code RUNNING}, {@code FAILED}, {@code UNASSIGNED} …
 * @param tasks its tasks
 */
public record ConnectorStatus(String name, String state, List<Task> tasks) {
    public ConnectorStatus {
        tasks = List.copyOf(tasks);
    }

    /**
     * One task.
     *
     * @param id its number
     * @param state Connect's word for it
     * @param failure stack trace of what ended it, empty while it runs
     */
    public record Task(int id, String state, String failure) {}

    /** Whether the connector and at least one task run and none has failed. */
    public boolean running() {
        return state.equals("RUNNING")
                && !tasks.isEmpty()
                && tasks.stream().allMatch(task -> task.state().equals("RUNNING"));
    }
}
