package io.polaroid.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockstepTest {
    private static final Instant T0 = Instant.EPOCH;
    private static final long LEAD = 500;

    private static OptionalLong millis(long millis) {
        return OptionalLong.of(Duration.ofMillis(millis).toNanos());
    }

    /** A client and what it is to get; times in milliseconds, not always in order, as in a recording. */
    private static final class Client {
        private final List<Long> times = new ArrayList<>();
        private int sent;
        private int written;
        private boolean here;

        Client(SplittableRandom random) {
            long time = random.nextInt(3_000);
            for (int i = 0; i < 200; i++) {
                time += random.nextInt(20) == 0 ? random.nextInt(5_000) : random.nextInt(100);
                times.add(time - random.nextInt(30));
            }
        }

        OptionalLong next() {
            return sent < times.size() ? millis(times.get(sent)) : OptionalLong.empty();
        }

        boolean done() {
            return !here || written == times.size();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void sendsEverythingAndNothingTooFarAheadOfWhatAnotherIsStillToGet(long seed) {
        var random = new SplittableRandom(seed);
        var lockstep = new Lockstep<Client>(Set.of());
        var clients = new ArrayList<Client>();
        int waits = 0;
        while (clients.size() < 2 + seed % 3 || !clients.stream().allMatch(Client::done)) {
            if (clients.size() < 2 + seed % 3 && random.nextInt(50) == 0) {
                var late = new Client(random);
                late.here = true;
                clients.add(late);
                lockstep.subscribe(late, "any", late.next(), T0);
            }
            var idle = new ArrayList<Client>();
            for (Client client : clients) {
                if (!client.here || client.next().isEmpty()) {
                    continue;
                }
                boolean near = clients.stream()
                        .filter(other -> other != client && !other.done())
                        .allMatch(other -> client.times.get(client.sent) - other.times.get(other.written) <= LEAD);
                assertThat(lockstep.maySend(client, T0)).isEqualTo(near);
                if (!near) {
                    waits++;
                    idle.add(client);
                } else if (random.nextBoolean()) {
                    client.sent++;
                    lockstep.sent(client, client.next(), T0);
                }
            }
            boolean nothingUnderWay =
                    clients.stream().allMatch(client -> !client.here || client.sent == client.written);
            long sending = clients.stream()
                    .filter(client -> client.here && client.next().isPresent())
                    .count();
            if (nothingUnderWay && sending > 0) {
                assertThat(idle.size()).as("all wait for each other").isLessThan((int) sending);
            }
            clients.forEach(client -> write(client, random, lockstep));
            if (random.nextInt(2_000) == 0) {
                Client gone = clients.get(random.nextInt(clients.size()));
                gone.here = false;
                lockstep.leave(gone);
            }
        }
        assertThat(waits).isPositive();
    }

    private static void write(Client client, SplittableRandom random, Lockstep<Client> lockstep) {
        while (client.here && client.written < client.sent && random.nextInt(3) > 0) {
            client.written++;
            lockstep.written(client, T0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void theOneWithTheEarliestMessageMaySendWhenNothingIsUnderWay(long seed) {
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 1_000; round++) {
            var lockstep = new Lockstep<Integer>(Set.of());
            int earliest = 0;
            long least = Long.MAX_VALUE;
            for (int client = 0; client < 5; client++) {
                long time = random.nextLong(10_000);
                lockstep.subscribe(client, "any", millis(time), T0);
                if (time < least) {
                    least = time;
                    earliest = client;
                }
            }
            assertThat(lockstep.maySend(earliest, T0)).isTrue();
        }
    }

    @Test
    void theLeadIsInclusive() {
        var lockstep = new Lockstep<String>(Set.of());
        lockstep.subscribe("slow", "a", millis(0), T0);
        lockstep.subscribe("near", "b", millis(500), T0);
        lockstep.subscribe("far", "b", millis(501), T0);
        assertThat(lockstep.maySend("near", T0)).isTrue();
        assertThat(lockstep.maySend("far", T0)).isFalse();
    }

    @Test
    void waitsForTheFirstSubscriptionToEachRecordingButNotForLong() {
        var lockstep = new Lockstep<String>(Set.of("a", "b"));
        lockstep.subscribe("first", "a", millis(0), T0);
        assertThat(lockstep.maySend("first", T0.plusMillis(1_999))).isFalse();
        assertThat(lockstep.maySend("first", T0.plusMillis(2_000))).isTrue();
        lockstep.subscribe("second", "b", millis(0), T0.plusMillis(100));
        assertThat(lockstep.maySend("first", T0.plusMillis(100))).isTrue();
        assertThat(lockstep.maySend("second", T0.plusMillis(100))).isTrue();
        // When all are gone and one comes back
        lockstep.leave("first");
        lockstep.leave("second");
        lockstep.subscribe("again", "a", millis(0), T0.plusSeconds(60));
        assertThat(lockstep.maySend("again", T0.plusSeconds(60))).isTrue();
    }

    @Test
    void aClientThatDoesNotReadHoldsTheOthersBackUntilPatienceEnds() {
        var lockstep = new Lockstep<String>(Set.of());
        lockstep.subscribe("deaf", "a", millis(0), T0);
        lockstep.subscribe("ahead", "b", millis(9_000), T0);
        lockstep.subscribe("furtherAhead", "b", millis(20_000), T0);
        Instant sent = T0.plusSeconds(60);
        lockstep.sent("deaf", millis(10), sent);
        lockstep.sent("deaf", millis(20), sent.plusSeconds(4));
        assertThat(lockstep.maySend("ahead", sent.plusMillis(4_999))).isFalse();
        assertThat(lockstep.maySend("ahead", sent.plusMillis(5_000))).isTrue();
        // "ahead" waited as long, but for others: it still counts
        assertThat(lockstep.maySend("furtherAhead", sent.plusMillis(5_000))).isFalse();
        // When it reads again
        lockstep.written("deaf", sent.plusMillis(6_000));
        assertThat(lockstep.maySend("ahead", sent.plusMillis(6_000))).isFalse();
    }

    @Test
    void aConnectionThatEndedOrLeftHoldsNobodyBack() {
        var lockstep = new Lockstep<String>(Set.of());
        lockstep.subscribe("ending", "a", millis(0), T0);
        lockstep.subscribe("leaving", "a", millis(0), T0);
        lockstep.subscribe("empty", "a", OptionalLong.empty(), T0);
        lockstep.subscribe("ahead", "b", millis(9_000), T0);
        lockstep.leave("leaving");
        lockstep.sent("ending", OptionalLong.empty(), T0);
        assertThat(lockstep.maySend("ahead", T0)).isFalse();
        lockstep.written("ending", T0);
        assertThat(lockstep.maySend("ahead", T0)).isTrue();
    }
}
