package io.polaroid.bench.flink;

import io.polaroid.bench.child.Child;

/** The measured process of Flink: job manager and task manager in one JVM, as everyone else. */
public final class FlinkMain {
    private FlinkMain() {}

    /** See {@link io.polaroid.bench.child.Task} for the arguments. */
    public static void main(String[] arguments) {
        Child.run(arguments, FlinkApp::new);
    }
}
