package io.polaroid.launcher.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what is wrong, so that all of it is reported at once. */
final class Mistakes {
    private static final int LIMIT = 200;

    private final List<Mistake> found = new ArrayList<>();

    void add(Node node, String message) {
        add(node.mark(), node.path(), message);
    }

    void add(Mark mark, String path, String message) {
        var mistake = new Mistake(mark, path, message);
        if (found.size() < LIMIT && !found.contains(mistake)) {
            found.add(mistake);
        }
    }

    boolean any() {
        return !found.isEmpty();
    }

    /** By line. */
    List<Mistake> all() {
        return found.stream()
                .sorted(Comparator.comparingInt(mistake -> mistake.mark().line()))
                .toList();
    }
}
