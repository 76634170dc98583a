package io.polaroid.bench.run;

import io.polaroid.bench.child.Child;
import io.polaroid.bench.child.Contestant;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.dsl.DslApp;
import io.polaroid.bench.engine.EngineApp;
import io.polaroid.bench.raw.RawLoop;

/** The measured process of all contestants but Flink, which needs other jars. */
public final class ContestantMain {
    private ContestantMain() {}

    /** See {@link Task} for the arguments. */
    public static void main(String[] arguments) {
        Child.run(arguments, ContestantMain::contestant);
    }

    private static Contestant contestant(Task task) {
        if (task.peer().startsWith("raw")) {
            return new RawLoop(task);
        }
        return task.peer().startsWith("streams-") ? new DslApp(task) : new EngineApp(task);
    }
}
