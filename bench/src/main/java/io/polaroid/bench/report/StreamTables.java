package io.polaroid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tables of {@code stream.json}. */
final class StreamTables {
    private StreamTables() {}

    /** CPU per record of each contestant and job, for the first series and skew: exactly once, at least once in brackets. */
    static String summary(JsonNode root) {
        var cases = new ArrayList<JsonNode>();
        var text = new StringBuilder();
        var first = root.get("sessions").get(0).get("cases").get(0);
        root.get("sessions").forEach(session -> {
            var usual = session.get("cases")
                    .valueStream()
                    .filter(test -> test.get("series").equals(first.get("series"))
                            && test.get("skew").equals(first.get("skew")))
                    .toList();
            cases.addAll(usual);
            if (!usual.isEmpty()) {
                text.append(origin(session)).append('\n');
            }
        });
        var jobs =
                cases.stream().map(test -> test.get("job").asText()).distinct().toList();
        Map<String, String> notes = notes(cases);
        text.append("CPU microseconds per input record of the whole process, exactly once (at least once in"
                        + " brackets); ")
                .append(String.format(
                        Locale.ROOT,
                        "%,d symbols, %s.%n%n",
                        first.get("series").asLong(),
                        first.get("skew").asText()));
        text.append("| | ").append(String.join(" | ", jobs)).append(" | |\n|---|");
        text.append("---:|".repeat(jobs.size())).append("---|\n");
        notes.forEach((name, note) -> {
            text.append("| ").append(name).append(" |");
            jobs.forEach(job -> text.append(' ').append(cell(cases, name, job)).append(" |"));
            text.append(' ').append(note).append(" |\n");
        });
        return text.append('\n').toString();
    }

    private static Map<String, String> notes(List<JsonNode> cases) {
        var notes = new LinkedHashMap<String, String>();
        cases.forEach(test -> test.get("contestants")
                .forEach(one ->
                        notes.put(one.get("name").asText(), one.get("note").asText())));
        return notes;
    }

    private static String cell(List<JsonNode> cases, String name, String job) {
        var exactly = cpu(cases, name, job, "eos");
        var least = cpu(cases, name, job, "alos");
        if (exactly.isEmpty()) {
            return least.map(value -> "(" + value + ")").orElse("");
        }
        return exactly.get() + least.map(value -> " (" + value + ")").orElse("");
    }

    private static Optional<String> cpu(List<JsonNode> cases, String name, String job, String guarantee) {
        for (JsonNode test : cases) {
            if (test.get("job").asText().equals(job)
                    && test.get("guarantee").asText().equals(guarantee)) {
                for (JsonNode one : test.get("contestants")) {
                    if (one.get("name").asText().equals(name)) {
                        return Optional.of(micros(one.get("median").get("cpuMicros")));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A table for each case. */
    static String all(JsonNode root) {
        var text = new StringBuilder();
        root.get("sessions").forEach(session -> addCases(text, session));
        return text.append('\n').toString();
    }

    private static void addCases(StringBuilder text, JsonNode session) {
        text.append(text.isEmpty() ? "" : "\n").append(origin(session));
        session.get("cases").forEach(test -> {
            text.append(String.format(
                    Locale.ROOT,
                    "%n%s, %s, %,d symbols, %s, %,d records%n%n",
                    test.get("job").asText(),
                    test.get("guarantee").asText().equals("eos") ? "exactly once" : "at least once",
                    test.get("series").asLong(),
                    test.get("skew").asText(),
                    test.get("records").asLong()));
            text.append("| | records/s | CPU us/record | after first row | peak MB | changelog MB | output MB | output"
                    + " records | wrong | restore s | not alike |\n"
                    + "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n");
            test.get("contestants").forEach(one -> text.append(row(one)));
        });
    }

    private static String row(JsonNode one) {
        var median = one.get("median");
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                one.get("name").asText(),
                whole(median.get("recordsPerSecond")),
                micros(median.get("cpuMicros")),
                micros(median.get("cpuMicrosAfterFirstRow")),
                whole(median.get("peakMegabytes")),
                megabytes(median.get("changelogBytes")),
                megabytes(median.get("outputBytes")),
                whole(median.get("outputRecords")),
                whole(median.get("wrong")),
                fixed(median.get("restoreSeconds"), 1),
                one.get("note").asText());
    }

    /** Where and of what it was measured. */
    static String origin(JsonNode root) {
        var versions = new ArrayList<String>();
        var all = root.path("versions");
        all.fieldNames()
                .forEachRemaining(
                        name -> versions.add(name + " " + all.get(name).asText()));
        var machine = root.get("machine");
        return String.format(
                Locale.ROOT,
                "`%s`, commit %s%s, %s; %s, %d processors, %,d MB, %s.%s%s %s%n",
                root.get("command").asText(),
                shortened(root.get("commit").asText()),
                root.get("changedSinceCommit").asBoolean() ? " with changes" : "",
                root.get("measuredAt").asText(),
                machine.get("cpu").asText(),
                machine.get("processors").asInt(),
                machine.get("memoryMegabytes").asLong(),
                machine.get("java").asText(),
                caches(root.path("settings").path("caches").asText()),
                versions.isEmpty() ? "" : " " + String.join(", ", versions) + ".",
                root.path("settings").path("runs").asInt(3) == 1
                        ? "One run."
                        : "Medians of %d runs."
                                .formatted(root.path("settings").path("runs").asInt(3)));
    }

    private static String caches(String who) {
        return switch (who) {
            case "all" -> " Each with an AOT cache of its own.";
            case "polaroid" -> " Polaroid with an AOT cache, as `./polaroid` has it; the others without.";
            default -> "";
        };
    }

    private static String shortened(String commit) {
        return commit.substring(0, Math.min(10, commit.length()));
    }

    private static String micros(JsonNode number) {
        return fixed(number, 2);
    }

    private static String megabytes(JsonNode number) {
        return number.asDouble() < 0 ? "" : String.format(Locale.ROOT, "%.1f", number.asDouble() / 1e6);
    }

    private static String whole(JsonNode number) {
        return number.asDouble() < 0 ? "" : String.format(Locale.ROOT, "%,.0f", number.asDouble());
    }

    private static String fixed(JsonNode number, int digits) {
        return number.asDouble() < 0 ? "" : String.format(Locale.ROOT, "%." + digits + "f", number.asDouble());
    }
}
