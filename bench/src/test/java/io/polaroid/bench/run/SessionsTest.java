package io.polaroid.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void keepsTheCasesThatAreNotMeasuredAgain() throws IOException {
        Path file = folder.resolve("stream.json");
        Sessions.replacing(file).write(session("first", "resample-1s", "asof"));
        Sessions.addingTo(file).write(session("second", "resample-1m"));
        Sessions.addingTo(file).write(session("third", "asof", "rolling-60s"));
        assertThat(text(file)).isEqualTo("first: resample-1s; second: resample-1m; third: asof rolling-60s; ");
        Sessions.addingTo(file).write(session("fourth", "resample-1s"));
        assertThat(text(file)).isEqualTo("second: resample-1m; third: asof rolling-60s; fourth: resample-1s; ");
    }

    @Test
    void replacesTheFileUnlessAskedToAdd() throws IOException {
        Path file = folder.resolve("stream.json");
        Sessions.addingTo(file).write(session("first", "asof"));
        Sessions.replacing(file).write(session("second", "resample-1m"));
        assertThat(text(file)).isEqualTo("second: resample-1m; ");
    }

    private static String text(Path file) throws IOException {
        var text = new StringBuilder();
        JSON.readTree(file.toFile()).get("sessions").forEach(session -> {
            text.append(session.get("commit").asText()).append(':');
            session.get("cases")
                    .forEach(test -> text.append(' ').append(test.get("job").asText()));
            text.append("; ");
        });
        return text.toString();
    }

    private static ObjectNode session(String commit, String... jobs) {
        var session = JSON.createObjectNode().put("commit", commit);
        var cases = session.putArray("cases");
        for (String job : jobs) {
            cases.addObject()
                    .put("job", job)
                    .put("guarantee", "eos")
                    .put("series", 10)
                    .put("skew", "zipf")
                    .put("records", 100L);
        }
        return session;
    }
}
