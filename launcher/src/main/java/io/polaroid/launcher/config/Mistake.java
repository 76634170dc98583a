package io.polaroid.launcher.config;

/**
 * One thing that is wrong with a pipeline file.
 *
 * @param mark where
 * @param path the keys that lead there, {@code views.bars_1m.resample.every}; empty for the file as a whole
 * @param message what is wrong and what to do
 */
public record Mistake(Mark mark, String path, String message) {
    /** One line: {@code file:line: path: message}. */
    @Override
    public String toString() {
        return path.isEmpty() ? mark + ": " + message : mark + ": " + path + ": " + message;
    }
}
