package io.polaroid.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws that hold after any sequence of requests. */
class RegistryStateTest {
    private static final int STEPS = 300;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void lawsHoldAfterAnyRequests(long seed) {
        var random = new SplittableRandom(seed);
        var log = new ArrayList<RegistryEvent>();
        Map<Integer, String> everGivenOut = new HashMap<>();
        RegistryState state = RegistryState.empty();
        for (int step = 0; step < STEPS; step++) {
            List<RegistryEvent> events = eventsOf(request(random, state));
            log.addAll(events);
            state = state.applyAll(events);

            assertThat(idsBySchema(state))
                    .allSatisfy((schema, ids) -> assertThat(ids).hasSize(1));
            state.everyVersion()
                    .forEach(
                            version -> assertThat(everGivenOut.merge(version.id(), version.schema(), (old, now) -> old))
                                    .as("id %s always means the same schema", version.id())
                                    .isEqualTo(version.schema()));
        }
        assertThat(RegistryState.empty().applyAll(log)).isEqualTo(state);
        assertThat(RegistryState.empty().applyAll(compacted(log))).isEqualTo(state);
        assertThat(state.applyAll(compacted(log))).isEqualTo(state);
    }

    private static Outcome<?> request(SplittableRandom random, RegistryState state) {
        String subject = "s" + random.nextInt(3);
        String version = random.nextBoolean() ? "latest" : String.valueOf(1 + random.nextInt(4));
        Deletion deletion = random.nextBoolean() ? Deletion.SOFT : Deletion.PERMANENT;
        return switch (random.nextInt(8)) {
            case 0 -> Decisions.deleteSubject(state, subject, deletion);
            case 1, 2 -> Decisions.deleteVersion(state, subject, version, deletion);
            case 3 -> Decisions.setLevel(subject, CompatibilityLevel.values()[random.nextInt(7)].name());
            case 4 -> Decisions.clearLevel(state, subject);
            default ->
                Decisions.register(
                        state, subject, "{\"type\":\"fixed\",\"name\":\"F\",\"size\":" + (1 + random.nextInt(6)) + "}");
        };
    }

    private static List<RegistryEvent> eventsOf(Outcome<?> outcome) {
        return outcome instanceof Outcome.Done<?> done ? done.events() : List.of();
    }

    private static Map<String, java.util.Set<Integer>> idsBySchema(RegistryState state) {
        return state.everyVersion()
                .collect(Collectors.groupingBy(
                        SchemaVersion::schema, Collectors.mapping(SchemaVersion::id, Collectors.toSet())));
    }

    /** What is left of a log when Kafka has compacted it: the last event of each key, in order; removals may go too. */
    private static List<RegistryEvent> compacted(List<RegistryEvent> log) {
        Map<Object, Integer> last = new HashMap<>();
        for (int i = 0; i < log.size(); i++) {
            last.put(keyOf(log.get(i)), i);
        }
        return last.values().stream()
                .sorted()
                .map(log::get)
                .filter(event -> !(event instanceof RegistryEvent.VersionRemoved))
                .toList();
    }

    private static Object keyOf(RegistryEvent event) {
        return switch (event) {
            case RegistryEvent.VersionPut put ->
                List.of("schema", put.version().subject(), put.version().version());
            case RegistryEvent.VersionRemoved gone -> List.of("schema", gone.subject(), gone.version());
            case RegistryEvent.LevelSet set -> List.of("level", set.subject());
            case RegistryEvent.LevelCleared cleared -> List.of("level", cleared.subject());
            case RegistryEvent.IdsUsed used -> List.of("ids");
        };
    }
}
