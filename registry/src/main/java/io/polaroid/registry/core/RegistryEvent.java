package io.polaroid.registry.core;

/** A change of a registry's state: one record of its topic. */
public sealed interface RegistryEvent {
    /** A version is there, or is now deleted softly. */
    record VersionPut(SchemaVersion version) implements RegistryEvent {}

    /** A version is gone for good. */
    record VersionRemoved(String subject, int version) implements RegistryEvent {}

    /** The compatibility level of a subject, or of all where {@code subject} is empty. */
    record LevelSet(String subject, CompatibilityLevel level) implements RegistryEvent {}

    /** A subject, or all where {@code subject} is empty, is back to its default level. */
    record LevelCleared(String subject) implements RegistryEvent {}

    /** Ids up to {@code id} were given out: without it, an id whose last version is removed could be given out again. */
    record IdsUsed(int id) implements RegistryEvent {}
}
