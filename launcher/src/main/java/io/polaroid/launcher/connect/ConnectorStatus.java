package io.polaroid.launcher.connect;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a connector is doing.
 *
 * @param name its name
 * @param state Connect's word for the connector: {@code RUNNING}, {@code FAILED}, {@code UNASSIGNED} …
 * @param failure stack trace of what ended the connector itself, empty while it runs
 * @param tasks its tasks
 */
public record ConnectorStatus(String name, String state, String failure, List<Task> tasks) {
    public ConnectorStatus {
        tasks = List.copyOf(tasks);
    }

    /**
     * One task.
     *
     * @param id its number
     * @param state Connect's word for it
     * @param failure stack trace of what ended it, empty while it runs
     * @param worker host and port of the worker that has it
     */
    public record Task(int id, String state, String failure, String worker) {}

    /** Why the connector or one of its tasks has failed, if one has: the first line of its trace. */
    public Optional<String> whyFailed() {
        var all = Stream.concat(Stream.of(new Task(-1, state, failure, "")), tasks.stream());
        return all.filter(part -> part.state().equals("FAILED"))
                .findFirst()
                .map(part -> part.failure().lines().findFirst().orElse("no reason was given"));
    }

    /** Whether the connector and at least one task run and none has failed. */
    public boolean running() {
        return state.equals("RUNNING")
                && !tasks.isEmpty()
                && tasks.stream().allMatch(task -> task.state().equals("RUNNING"));
    }
}
