package io.polaroid.registry.core;

/**
 * A schema under a subject.
 *
 * @param subject the subject
 * @param version its number there, from 1
 * @param id the schema's id, the same in all subjects that have it
 * @param schema the schema as canonical JSON
 * @param deleted whether it was deleted softly: it is out of listings, and its id still resolves
 */
public record SchemaVersion(String subject, int version, int id, String schema, boolean deleted) {
    SchemaVersion softDeleted() {
        return new SchemaVersion(subject, version, id, schema, true);
    }
}
