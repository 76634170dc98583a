package io.polaroid.registry.core;

import java.util.List;

/** What a registry in a given state answers to requests that change nothing. */
public final class Lookups {
    private static final String LATEST = "latest";

    private Lookups() {}

    static boolean isLatest(String version) {
        return version.equals(LATEST) || version.equals("-1");
    }

    /** The subjects that have a version to show. */
    public static List<String> subjects(RegistryState state, String prefix, Shown shown) {
        return state.subjects().keySet().stream()
                .filter(subject -> subject.startsWith(prefix))
                .filter(subject -> state.allVersions(subject).stream().anyMatch(shown::shows))
                .toList();
    }

    /** The versions of a subject. */
    public static Outcome<List<Integer>> versions(RegistryState state, String subject, Shown shown) {
        List<Integer> numbers = state.allVersions(subject).stream()
                .filter(shown::shows)
                .map(SchemaVersion::version)
                .toList();
        return numbers.isEmpty() ? Outcome.refused(Refusal.subjectNotFound(subject)) : Outcome.done(numbers);
    }

    /**
     * One version of a subject.
     *
     * @param version a number from 1, {@code latest} or {@code -1}
     */
    public static Outcome<SchemaVersion> version(RegistryState state, String subject, String version, Shown shown) {
        boolean latest = isLatest(version);
        if (!latest && !version.matches("0*[1-9][0-9]{0,8}")) {
            return Outcome.refused(Refusal.invalidVersion(version));
        }
        List<SchemaVersion> visible =
                state.allVersions(subject).stream().filter(shown::shows).toList();
        if (visible.isEmpty()) {
            return Outcome.refused(Refusal.subjectNotFound(subject));
        }
        if (latest) {
            return Outcome.done(visible.getLast());
        }
        int number = Integer.parseInt(version);
        return visible.stream()
                .filter(candidate -> candidate.version() == number)
                .findFirst()
                .map(Outcome::done)
                .orElseGet(() -> Outcome.refused(Refusal.versionNotFound(version)));
    }

    /** The version of a subject that has this schema. */
    public static Outcome<SchemaVersion> find(RegistryState state, String subject, String text, Shown shown) {
        return Decisions.parse(text).flatMap(schema -> {
            List<SchemaVersion> visible =
                    state.allVersions(subject).stream().filter(shown::shows).toList();
            if (visible.isEmpty()) {
                return Outcome.refused(Refusal.subjectNotFound(subject));
            }
            return Decisions.find(visible, schema.toString())
                    .map(Outcome::done)
                    .orElseGet(() -> Outcome.refused(Refusal.schemaNotFound()));
        });
    }

    /** The schema of an id. */
    public static Outcome<String> schema(RegistryState state, int id) {
        return state.schemaOf(id).map(Outcome::done).orElseGet(() -> Outcome.refused(Refusal.schemaNotFound()));
    }

    /** Where a schema is registered. */
    public static Outcome<List<SchemaVersion>> versionsOfId(RegistryState state, int id, Shown shown) {
        return schema(state, id)
                .map(schema -> state.everyVersion()
                        .filter(version -> version.id() == id)
                        .filter(shown::shows)
                        .toList());
    }

    /**
     * The versions that a compatibility question is about: one, or none where a subject that has no versions is asked about
     * its latest, since a first schema is always welcome.
     */
    public static Outcome<List<SchemaVersion>> comparedWith(RegistryState state, String subject, String version) {
        if (isLatest(version) && state.liveVersions(subject).isEmpty()) {
            return Outcome.done(List.of());
        }
        return version(state, subject, version, Shown.LIVE).map(List::of);
    }

    /** The level set for a subject alone, or for all under {@link RegistryState#GLOBAL}. */
    public static Outcome<CompatibilityLevel> level(RegistryState state, String subject) {
        return subject.equals(RegistryState.GLOBAL)
                ? Outcome.done(state.levelOf(subject))
                : state.levelSetFor(subject)
                        .map(Outcome::done)
                        .orElseGet(() -> Outcome.refused(Refusal.levelNotSet(subject)));
    }
}
