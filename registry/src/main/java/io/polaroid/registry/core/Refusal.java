package io.polaroid.registry.core;

import java.util.List;

/**
 * Why a registry does not do what it was asked; codes and texts are those of the Confluent REST protocol.
 *
 * @param code error code; its first three digits are the HTTP status
 * @param message what was wrong
 */
public record Refusal(int code, String message) {
    /** The HTTP status. */
    public int status() {
        return code > 999 ? code / 100 : code;
    }

    static Refusal subjectNotFound(String subject) {
        return new Refusal(40401, "Subject '" + subject + "' not found.");
    }

    static Refusal versionNotFound(String version) {
        return new Refusal(40402, "Version " + version + " not found.");
    }

    static Refusal schemaNotFound() {
        return new Refusal(40403, "Schema not found");
    }

    static Refusal subjectSoftDeleted(String subject) {
        return new Refusal(
                40404, "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
    }

    static Refusal subjectNotSoftDeleted(String subject) {
        return new Refusal(40405, "Subject '" + subject + "' was not deleted first before being permanently deleted");
    }

    static Refusal versionSoftDeleted(String subject, int version) {
        return new Refusal(
                40406,
                "Subject '" + subject + "' Version " + version
                        + " was soft deleted. Set permanent=true to delete permanently");
    }

    static Refusal versionNotSoftDeleted(String subject, int version) {
        return new Refusal(
                40407,
                "Subject '" + subject + "' Version " + version
                        + " was not deleted first before being permanently deleted");
    }

    static Refusal levelNotSet(String subject) {
        return new Refusal(40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
    }

    /** A subject without a mode of its own. */
    public static Refusal modeNotSet(String subject) {
        return new Refusal(40409, "Subject '" + subject + "' does not have subject-level mode configured");
    }

    static Refusal incompatible(String subject, List<String> violations) {
        return new Refusal(
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                        + "\", details: " + violations);
    }

    static Refusal invalidSchema(String why) {
        return new Refusal(42201, "Invalid schema: " + why);
    }

    static Refusal invalidVersion(String version) {
        return new Refusal(
                42202,
                "The specified version '" + version + "' is not a valid version id. Allowed values are between [1,"
                        + " 2^31-1] and the string \"latest\"");
    }

    static Refusal invalidLevel(String level) {
        return new Refusal(
                42203,
                "Invalid compatibility level " + level
                        + ". Valid values are none, backward, forward, full, backward_transitive, forward_transitive,"
                        + " and full_transitive");
    }

    static Refusal invalidSubject(String subject) {
        return new Refusal(42208, "The specified subject '" + subject + "' is not a valid subject");
    }
}
