package io.polaroid.registry.core;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which earlier schemas of its subject a new schema must get on with, and in which direction. */
public enum CompatibilityLevel {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsOld;
    private final boolean readByOld;
    private final boolean all;

    CompatibilityLevel(boolean readsOld, boolean readByOld, boolean all) {
        this.readsOld = readsOld;
        this.readByOld = readByOld;
        this.all = all;
    }

    /** The level of this name. */
    public static Optional<CompatibilityLevel> named(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equals(name))
                .findFirst();
    }

    /** Whether the new schema must read what the old one wrote. */
    public boolean readsOld() {
        return readsOld;
    }

    /** Whether the old schema must read what the new one writes. */
    public boolean readByOld() {
        return readByOld;
    }

    /** Those of {@code versions} (oldest first) that count. */
    <T> List<T> relevant(List<T> versions) {
        if (this == NONE || versions.isEmpty()) {
            return List.of();
        }
        return all ? versions : List.of(versions.getLast());
    }
}
