package io.polaroid.registry.core;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that a registry knows: an immutable value, the fold of its events.
 *
 * @param subjects versions by subject and number, softly deleted ones too; no subject is empty
 * @param levels compatibility by subject, the global one under the empty name
 * @param highestId the greatest id ever given out, 0 for none
 */
public record RegistryState(
        NavigableMap<String, NavigableMap<Integer, SchemaVersion>> subjects,
        Map<String, CompatibilityLevel> levels,
        int highestId) {
    /** The name under which the level of all subjects stands. */
    public static final String GLOBAL = "";

    private static final CompatibilityLevel DEFAULT_LEVEL = CompatibilityLevel.BACKWARD;

    /** What a registry knows before its first event. */
    public static RegistryState empty() {
        return new RegistryState(Collections.emptyNavigableMap(), Map.of(), 0);
    }

    /** The state after {@code event}; an event applied twice changes nothing more. */
    public RegistryState apply(RegistryEvent event) {
        return switch (event) {
            case RegistryEvent.VersionPut put -> put(put.version());
            case RegistryEvent.VersionRemoved removed -> remove(removed.subject(), removed.version());
            case RegistryEvent.LevelSet set -> {
                var more = new TreeMap<>(levels);
                more.put(set.subject(), set.level());
                yield new RegistryState(subjects, Collections.unmodifiableMap(more), highestId);
            }
            case RegistryEvent.LevelCleared cleared -> {
                var fewer = new TreeMap<>(levels);
                fewer.remove(cleared.subject());
                yield new RegistryState(subjects, Collections.unmodifiableMap(fewer), highestId);
            }
            case RegistryEvent.IdsUsed used -> new RegistryState(subjects, levels, Math.max(highestId, used.id()));
        };
    }

    /** The state after several events. */
    public RegistryState applyAll(List<RegistryEvent> events) {
        RegistryState state = this;
        for (RegistryEvent event : events) {
            state = state.apply(event);
        }
        return state;
    }

    /** All versions of a subject, softly deleted ones too, oldest first. */
    public List<SchemaVersion> allVersions(String subject) {
        return List.copyOf(
                subjects.getOrDefault(subject, Collections.emptyNavigableMap()).values());
    }

    /** The versions of a subject that are not deleted, oldest first. */
    public List<SchemaVersion> liveVersions(String subject) {
        return allVersions(subject).stream()
                .filter(version -> !version.deleted())
                .toList();
    }

    /** The schema of an id, also where all its versions are deleted softly. */
    public Optional<String> schemaOf(int id) {
        return everyVersion()
                .filter(version -> version.id() == id)
                .map(SchemaVersion::schema)
                .findFirst();
    }

    /** The id that a schema has in any subject. */
    public Optional<Integer> idOf(String schema) {
        return everyVersion()
                .filter(version -> version.schema().equals(schema))
                .map(SchemaVersion::id)
                .findFirst();
    }

    /** Every version of every subject, softly deleted ones too. */
    public Stream<SchemaVersion> everyVersion() {
        return subjects.values().stream().flatMap(versions -> versions.values().stream());
    }

    /** The level that was set for a subject alone, or for all under {@link #GLOBAL}. */
    public Optional<CompatibilityLevel> levelSetFor(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    /** The level that holds for a subject. */
    public CompatibilityLevel levelOf(String subject) {
        return levelSetFor(subject).or(() -> levelSetFor(GLOBAL)).orElse(DEFAULT_LEVEL);
    }

    private RegistryState put(SchemaVersion version) {
        var more = new TreeMap<>(subjects);
        var versions = new TreeMap<Integer, SchemaVersion>();
        versions.putAll(subjects.getOrDefault(version.subject(), Collections.emptyNavigableMap()));
        versions.put(version.version(), version);
        more.put(version.subject(), Collections.unmodifiableNavigableMap(versions));
        return new RegistryState(Collections.unmodifiableNavigableMap(more), levels, Math.max(highestId, version.id()));
    }

    private RegistryState remove(String subject, int version) {
        var fewer = new TreeMap<>(subjects);
        var versions = new TreeMap<Integer, SchemaVersion>();
        versions.putAll(subjects.getOrDefault(subject, Collections.emptyNavigableMap()));
        versions.remove(version);
        if (versions.isEmpty()) {
            fewer.remove(subject);
        } else {
            fewer.put(subject, Collections.unmodifiableNavigableMap(versions));
        }
        return new RegistryState(Collections.unmodifiableNavigableMap(fewer), levels, highestId);
    }
}
