package io.polaroid.registry.core;

import io.polaroid.registry.core.RegistryEvent.IdsUsed;
import io.polaroid.registry.core.RegistryEvent.LevelCleared;
import io.polaroid.registry.core.RegistryEvent.LevelSet;
import io.polaroid.registry.core.RegistryEvent.VersionPut;
import io.polaroid.registry.core.RegistryEvent.VersionRemoved;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** What a registry in a given state decides about a request that changes it. Pure: the caller writes the events. */
public final class Decisions {
    private Decisions() {}

    /** Registers a schema: the version that already has it, or a new one. */
    public static Outcome<SchemaVersion> register(RegistryState state, String subject, String text) {
        return validSubject(subject).flatMap(name -> parse(text)).flatMap(schema -> {
            String canonical = schema.toString();
            List<SchemaVersion> live = state.liveVersions(subject);
            Optional<SchemaVersion> known = find(live, canonical);
            if (known.isPresent()) {
                return Outcome.done(known.get());
            }
            List<String> violations = CompatibilityCheck.violations(state.levelOf(subject), schema, schemas(live));
            if (!violations.isEmpty()) {
                return Outcome.refused(Refusal.incompatible(subject, violations));
            }
            List<SchemaVersion> all = state.allVersions(subject);
            int number = all.isEmpty() ? 1 : all.getLast().version() + 1;
            int id = state.idOf(canonical).orElse(state.highestId() + 1);
            var added = new SchemaVersion(subject, number, id, canonical, false);
            return Outcome.done(added, List.of(new VersionPut(added)));
        });
    }

    /** Whether a schema could be registered, compared with one version, or by the level with those it names. */
    public static Outcome<List<String>> violations(
            RegistryState state, String subject, String text, List<SchemaVersion> against) {
        return parse(text)
                .map(schema -> CompatibilityCheck.violations(state.levelOf(subject), schema, schemas(against)));
    }

    /** Deletes a subject: softly, or for good once that was done. */
    public static Outcome<List<Integer>> deleteSubject(RegistryState state, String subject, Deletion deletion) {
        List<SchemaVersion> all = state.allVersions(subject);
        List<SchemaVersion> live = state.liveVersions(subject);
        if (all.isEmpty()) {
            return Outcome.refused(Refusal.subjectNotFound(subject));
        }
        return switch (deletion) {
            case SOFT ->
                live.isEmpty()
                        ? Outcome.refused(Refusal.subjectSoftDeleted(subject))
                        : Outcome.done(numbers(live), softly(live, subject));
            case PERMANENT ->
                live.isEmpty()
                        ? Outcome.done(numbers(all), forGood(state, all))
                        : Outcome.refused(Refusal.subjectNotSoftDeleted(subject));
        };
    }

    /** Deletes one version: softly, or for good once that was done. */
    public static Outcome<Integer> deleteVersion(
            RegistryState state, String subject, String version, Deletion deletion) {
        boolean latest = deletion == Deletion.SOFT && Lookups.isLatest(version);
        return Lookups.version(state, subject, version, latest ? Shown.LIVE : Shown.ALL)
                .flatMap(found -> switch (deletion) {
                    case SOFT ->
                        found.deleted()
                                ? Outcome.refused(Refusal.versionSoftDeleted(subject, found.version()))
                                : Outcome.done(found.version(), List.of(new VersionPut(found.softDeleted())));
                    case PERMANENT ->
                        found.deleted()
                                ? Outcome.done(found.version(), forGood(state, List.of(found)))
                                : Outcome.refused(Refusal.versionNotSoftDeleted(subject, found.version()));
                });
    }

    /** Sets the level of a subject, or of all under {@link RegistryState#GLOBAL}. */
    public static Outcome<CompatibilityLevel> setLevel(String subject, String level) {
        return CompatibilityLevel.named(level.toUpperCase(java.util.Locale.ROOT))
                .map(named -> Outcome.done(named, List.of(new LevelSet(subject, named))))
                .orElseGet(() -> Outcome.refused(Refusal.invalidLevel(level)));
    }

    /** Puts a subject back to the global level, or all back to the default; answers with the level there was. */
    public static Outcome<CompatibilityLevel> clearLevel(RegistryState state, String subject) {
        Optional<CompatibilityLevel> set = state.levelSetFor(subject);
        if (set.isEmpty() && !subject.equals(RegistryState.GLOBAL)) {
            return Outcome.refused(Refusal.subjectNotFound(subject));
        }
        return Outcome.done(set.orElse(state.levelOf(subject)), List.of(new LevelCleared(subject)));
    }

    static Outcome<Schema> parse(String text) {
        if (text.isBlank()) {
            return Outcome.refused(Refusal.invalidSchema("it is empty"));
        }
        try {
            return Outcome.done(new Schema.Parser().parse(text));
        } catch (RuntimeException e) {
            // Avro's parser lets casts and number formats of its own escape on odd input.
            return Outcome.refused(Refusal.invalidSchema(String.valueOf(e.getMessage())));
        }
    }

    static Optional<SchemaVersion> find(List<SchemaVersion> versions, String canonical) {
        return versions.reversed().stream()
                .filter(version -> version.schema().equals(canonical))
                .findFirst();
    }

    private static Outcome<String> validSubject(String subject) {
        return subject.isBlank() || subject.chars().anyMatch(Character::isISOControl)
                ? Outcome.refused(Refusal.invalidSubject(subject))
                : Outcome.done(subject);
    }

    private static List<Schema> schemas(List<SchemaVersion> versions) {
        return versions.stream()
                .map(version -> new Schema.Parser().parse(version.schema()))
                .toList();
    }

    private static List<Integer> numbers(List<SchemaVersion> versions) {
        return versions.stream().map(SchemaVersion::version).toList();
    }

    private static List<RegistryEvent> softly(List<SchemaVersion> versions, String subject) {
        return Stream.<RegistryEvent>concat(
                        versions.stream().map(version -> new VersionPut(version.softDeleted())),
                        Stream.of(new LevelCleared(subject)))
                .toList();
    }

    private static List<RegistryEvent> forGood(RegistryState state, List<SchemaVersion> versions) {
        return Stream.<RegistryEvent>concat(
                        Stream.of(new IdsUsed(state.highestId())),
                        versions.stream().map(version -> new VersionRemoved(version.subject(), version.version())))
                .toList();
    }
}
