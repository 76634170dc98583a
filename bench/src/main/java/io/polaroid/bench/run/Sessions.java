package io.polaroid.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A result file of several runs of the command, each with its own origin. A case is measured whole, all of its contestants side by
 * side, or not at all: one that is measured again replaces the earlier one.
 */
final class Sessions {
    private static final List<String> KEY = List.of("job", "guarantee", "series", "skew", "records");

    private final Path file;
    private final List<ObjectNode> earlier;

    private Sessions(Path file, List<ObjectNode> earlier) {
        this.file = file;
        this.earlier = List.copyOf(earlier);
    }

    /** A file that holds this run only. */
    static Sessions replacing(Path file) {
        return new Sessions(file, List.of());
    }

    /** A file that keeps the cases of earlier runs that this one does not measure. */
    static Sessions addingTo(Path file) {
        if (!Files.exists(file)) {
            return replacing(file);
        }
        try {
            var root = new ObjectMapper().readTree(file.toFile());
            return new Sessions(
                    file,
                    root.get("sessions")
                            .valueStream()
                            .map(session -> (ObjectNode) session)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the file with what this run has measured so far. */
    void write(ObjectNode session) {
        var measured = session.get("cases").valueStream().map(Sessions::key).collect(Collectors.toSet());
        var root = new ObjectMapper().createObjectNode();
        var sessions = root.putArray("sessions");
        earlier.stream().map(one -> without(one, measured)).forEach(one -> addUnlessEmpty(sessions, one));
        sessions.add(session);
        ResultFile.write(file, root);
    }

    private static void addUnlessEmpty(ArrayNode sessions, ObjectNode session) {
        if (!session.get("cases").isEmpty()) {
            sessions.add(session);
        }
    }

    private static ObjectNode without(ObjectNode session, Set<List<String>> measured) {
        var kept = session.deepCopy();
        var cases = kept.putArray("cases");
        session.get("cases")
                .valueStream()
                .filter(test -> !measured.contains(key(test)))
                .forEach(cases::add);
        return kept;
    }

    /** As text, because a number that was read from the file is of another type than the same one measured. */
    private static List<String> key(JsonNode test) {
        return KEY.stream().map(name -> test.get(name).asText()).toList();
    }
}
