package io.polaroid.launcher.config;

/**
 * Where something stands in a file.
 *
 * @param file the file as the user named it
 * @param line from 1 on
 */
public record Mark(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
