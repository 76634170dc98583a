package io.polaroid.store.kafka;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.SessionBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;

/** A plain DSL topology: sums by key, counts by window and session, a join with the sums and a join of streams. */
final class DslTopology {
    static final String SUMS = "sums";
    static final String COUNTS = "counts";
    static final String SESSIONS = "sessions";
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration RETENTION = Duration.ofMinutes(1);

    private DslTopology() {}

    /** Where the stores come from. */
    interface Suppliers {
        KeyValueBytesStoreSupplier table(String name);

        WindowBytesStoreSupplier windows(String name, Duration retention, Duration size);

        WindowBytesStoreSupplier joins(String name, Duration retention, Duration size);

        SessionBytesStoreSupplier sessions(String name, Duration retention);
    }

    /** What the user of this project types. */
    record Arrow(KafkaStores stores) implements Suppliers {
        @Override
        public KeyValueBytesStoreSupplier table(String name) {
            return stores.timestampedKeyValueStore(name);
        }

        @Override
        public WindowBytesStoreSupplier windows(String name, Duration retention, Duration size) {
            return stores.timestampedWindowStore(name, retention, size);
        }

        @Override
        public WindowBytesStoreSupplier joins(String name, Duration retention, Duration size) {
            return stores.joinWindowStore(name, retention, size);
        }

        @Override
        public SessionBytesStoreSupplier sessions(String name, Duration retention) {
            return stores.sessionStore(name, retention);
        }
    }

    /** Kafka's stores in memory. */
    record InMemory() implements Suppliers {
        @Override
        public KeyValueBytesStoreSupplier table(String name) {
            return Stores.inMemoryKeyValueStore(name);
        }

        @Override
        public WindowBytesStoreSupplier windows(String name, Duration retention, Duration size) {
            return Stores.inMemoryWindowStore(name, retention, size, false);
        }

        @Override
        public WindowBytesStoreSupplier joins(String name, Duration retention, Duration size) {
            return Stores.inMemoryWindowStore(name, retention, size, true);
        }

        @Override
        public SessionBytesStoreSupplier sessions(String name, Duration retention) {
            return Stores.inMemorySessionStore(name, retention);
        }
    }

    /** Kafka's stores on RocksDB. */
    record Rocks() implements Suppliers {
        @Override
        public KeyValueBytesStoreSupplier table(String name) {
            return Stores.persistentTimestampedKeyValueStore(name);
        }

        @Override
        public WindowBytesStoreSupplier windows(String name, Duration retention, Duration size) {
            return Stores.persistentTimestampedWindowStore(name, retention, size, false);
        }

        @Override
        public WindowBytesStoreSupplier joins(String name, Duration retention, Duration size) {
            return Stores.persistentWindowStore(name, retention, size, true);
        }

        @Override
        public SessionBytesStoreSupplier sessions(String name, Duration retention) {
            return Stores.persistentSessionStore(name, retention);
        }
    }

    private static <S extends org.apache.kafka.streams.processor.StateStore> Materialized<String, Long, S> typed(
            Materialized<String, Long, S> materialized, Caching caching) {
        var typed = materialized.withKeySerde(Serdes.String()).withValueSerde(Serdes.Long());
        return caching == Caching.ON ? typed.withCachingEnabled() : typed.withCachingDisabled();
    }

    /** Kafka's cache in front of stores. */
    enum Caching {
        ON,
        OFF
    }

    static Topology of(String input, String output, Suppliers stores, Caching caching) {
        var builder = new StreamsBuilder();
        KStream<String, Long> rows = builder.stream(input, Consumed.with(Serdes.String(), Serdes.Long()));
        var grouped = rows.groupByKey(Grouped.with(Serdes.String(), Serdes.Long()));
        var sums = grouped.aggregate(
                () -> 0L,
                (key, value, sum) -> value == 13 ? null : sum + value,
                typed(Materialized.<String, Long>as(stores.table(SUMS)), caching));
        var results = sums.toStream().map((key, value) -> pair("sum " + key, value));
        var counts = grouped.windowedBy(TimeWindows.ofSizeAndGrace(WINDOW, GRACE))
                .count(typed(Materialized.<String, Long>as(stores.windows(COUNTS, RETENTION, WINDOW)), caching))
                .toStream()
                .map((key, value) -> pair("count " + key, value));
        var sessions = grouped.windowedBy(SessionWindows.ofInactivityGapAndGrace(Duration.ofSeconds(2), GRACE))
                .count(typed(Materialized.<String, Long>as(stores.sessions(SESSIONS, RETENTION)), caching))
                .toStream()
                .map((key, value) -> pair("session " + key, value));
        var joined = rows.join(
                        sums,
                        (value, sum) -> value * 1_000_000 + sum,
                        Joined.with(Serdes.String(), Serdes.Long(), Serdes.Long()))
                .map((key, value) -> pair("with sum " + key, value));
        var window = JoinWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(1), GRACE);
        var storeRetention = Duration.ofMillis(window.size()).plus(GRACE);
        var pairs = rows.join(
                        rows.filter((key, value) -> value % 7 == 0),
                        (left, right) -> left * 1_000 + right,
                        window,
                        StreamJoined.<String, Long, Long>with(
                                        stores.joins("join-this", storeRetention, Duration.ofMillis(window.size())),
                                        stores.joins("join-other", storeRetention, Duration.ofMillis(window.size())))
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Serdes.Long())
                                .withOtherValueSerde(Serdes.Long()))
                .map((key, value) -> pair("pair " + key, value));
        results.merge(counts)
                .merge(sessions)
                .merge(joined)
                .merge(pairs)
                .to(output, Produced.with(Serdes.String(), Serdes.String()));
        return builder.build();
    }

    private static org.apache.kafka.streams.KeyValue<String, String> pair(String key, Long value) {
        return org.apache.kafka.streams.KeyValue.pair(key, String.valueOf(value));
    }

    static Bytes bytes(String key) {
        return Bytes.wrap(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
