package io.polaroid.launcher.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The one place that prints. */
public final class Console {
    private final PrintStream out;
    private final PrintStream err;

    /** A console over these streams. */
    public Console(OutputStream out, OutputStream err) {
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    }

    /** The process's own, which also libraries that take {@code System.out} away do not disturb. */
    public static Console ofProcess() {
        return new Console(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
    }

    /** A line of output. */
    public void line(String text) {
        out.println(text);
    }

    /** A line about a failure. */
    public void error(String text) {
        err.println(text);
    }

    /** For bytes and large output; the caller flushes. */
    public PrintStream out() {
        return out;
    }

    /** For usage texts. */
    public PrintStream err() {
        return err;
    }
}
