package io.polaroid.registry.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.polaroid.registry.core.CompatibilityLevel;
import io.polaroid.registry.core.RegistryEvent;
import io.polaroid.registry.core.SchemaVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events to and from the records of the topic, as Confluent's registry writes them: JSON keys by which compaction keeps the
 * newest, {@code SCHEMA} and {@code CONFIG}, null values for removals. {@code IDS} is our own and {@code NOOP} says nothing.
 */
final class EventCodec {
    /** A record that changes nothing; when it is read back, all before it has been read. */
    static final Entry NOOP = new Entry("{\"keytype\":\"NOOP\",\"magic\":0}".getBytes(StandardCharsets.UTF_8), null);

    private static final ObjectMapper JSON = new ObjectMapper();

    private EventCodec() {}

    /** Key and value of a record. */
    record Entry(byte[] key, byte @Nullable [] value) {}

    static Entry encode(RegistryEvent event) {
        return switch (event) {
            case RegistryEvent.VersionPut put ->
                entry(schemaKey(put.version().subject(), put.version().version()), value(put.version()));
            case RegistryEvent.VersionRemoved gone -> entry(schemaKey(gone.subject(), gone.version()), null);
            case RegistryEvent.LevelSet set ->
                entry(
                        configKey(set.subject()),
                        JSON.createObjectNode()
                                .put("compatibilityLevel", set.level().name()));
            case RegistryEvent.LevelCleared cleared -> entry(configKey(cleared.subject()), null);
            case RegistryEvent.IdsUsed used ->
                entry(
                        JSON.createObjectNode().put("keytype", "IDS").put("magic", 0),
                        JSON.createObjectNode().put("highest", used.id()));
        };
    }

    /** The event of a record; empty for one that is not ours to read. */
    static Optional<RegistryEvent> decode(byte @Nullable [] key, byte @Nullable [] value) throws IOException {
        if (key == null) {
            return Optional.empty();
        }
        JsonNode id = JSON.readTree(key);
        Optional<JsonNode> body = value == null ? Optional.empty() : Optional.of(JSON.readTree(value));
        return switch (id.path("keytype").asText()) {
            case "SCHEMA" -> schema(id, body);
            case "CONFIG" -> config(id, body);
            case "IDS" ->
                body.map(ids -> new RegistryEvent.IdsUsed(ids.path("highest").intValue()));
            default -> Optional.empty();
        };
    }

    private static Optional<RegistryEvent> schema(JsonNode id, Optional<JsonNode> body) {
        String subject = id.path("subject").asText();
        int version = id.path("version").intValue();
        if (body.isEmpty()) {
            return Optional.of(new RegistryEvent.VersionRemoved(subject, version));
        }
        JsonNode value = body.get();
        String schema = value.path("schema").asText();
        boolean avro = value.path("schemaType").asText("AVRO").equals("AVRO");
        if (!avro || schema.isEmpty() || version < 1 || value.path("id").intValue() < 1) {
            return Optional.empty();
        }
        return Optional.of(new RegistryEvent.VersionPut(new SchemaVersion(
                subject,
                version,
                value.path("id").intValue(),
                schema,
                value.path("deleted").booleanValue())));
    }

    private static Optional<RegistryEvent> config(JsonNode id, Optional<JsonNode> body) {
        String subject = id.path("subject").asText("");
        return body.isEmpty()
                ? Optional.of(new RegistryEvent.LevelCleared(subject))
                : CompatibilityLevel.named(body.get().path("compatibilityLevel").asText())
                        .map(level -> new RegistryEvent.LevelSet(subject, level));
    }

    private static ObjectNode schemaKey(String subject, int version) {
        return JSON.createObjectNode()
                .put("keytype", "SCHEMA")
                .put("subject", subject)
                .put("version", version)
                .put("magic", 1);
    }

    private static ObjectNode configKey(String subject) {
        ObjectNode key = JSON.createObjectNode().put("keytype", "CONFIG");
        // Confluent's global level stands under a subject of null.
        return (subject.isEmpty() ? key.putNull("subject") : key.put("subject", subject)).put("magic", 0);
    }

    private static ObjectNode value(SchemaVersion version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.schema())
                .put("deleted", version.deleted());
    }

    private static Entry entry(ObjectNode key, @Nullable ObjectNode value) {
        return new Entry(bytes(key), value == null ? null : bytes(value));
    }

    private static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
