package io.polaroid.query.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads from the engine's plan what its optimizer moved into scans. */
final class PhysicalPlan {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PhysicalPlan() {}

    /** A sentence for each filter and column choice that a scan does itself. */
    static List<String> optimizations(String json) {
        var found = new ArrayList<String>();
        try {
            visit(JSON.readTree(json), found);
        } catch (IOException e) {
            return List.of();
        }
        return List.copyOf(found);
    }

    private static void visit(JsonNode node, List<String> found) {
        var name = node.path("name").asText().strip();
        var details = node.path("extra_info");
        if (name.contains("SCAN") || name.startsWith("READ_")) {
            applied(name, "filter in the scan", details.path("Filters"), found);
            applied(name, "only these columns read", details.path("Projections"), found);
            applied(name, "files left out", details.path("File Filters"), found);
        }
        if (node.isArray()) {
            node.forEach(child -> visit(child, found));
        }
        node.path("children").forEach(child -> visit(child, found));
    }

    private static void applied(String scan, String what, JsonNode detail, List<String> found) {
        if (detail.isMissingNode() || detail.isEmpty() && detail.asText().isEmpty()) {
            return;
        }
        var text = detail.isArray()
                ? String.join(", ", texts(detail))
                : detail.asText().replace('\n', ' ');
        found.add(scan + ": " + what + ": " + text);
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
