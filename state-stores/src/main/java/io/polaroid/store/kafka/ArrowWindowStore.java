package io.polaroid.store.kafka;

import io.polaroid.store.entry.Entry;
import io.polaroid.store.entry.EntryIterator;
import io.polaroid.store.entry.EntryKey;
import io.polaroid.store.entry.EntryRange;
import io.polaroid.store.entry.EntryRange.Direction;
import io.polaroid.store.entry.EntryStore;
import io.polaroid.store.entry.EntryTable;
import io.polaroid.store.entry.Retention;
import io.polaroid.store.internals.ChangelogKeys;
import io.polaroid.store.internals.DroppedRecords;
import io.polaroid.store.query.KeyRange;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.WindowKeyQuery;
import org.apache.kafka.streams.query.WindowRangeQuery;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedBytesStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/** Kafka's window store over Arrow entries: an entry's time is its window's start. */
class ArrowWindowStore implements WindowStore<Bytes, byte[]>, EntryBacked {
    private final EntryStore entries;
    private final Windows windows;
    private long duplicates;

    /**
     * What windows are like.
     *
     * @param sizeMs how long each is
     * @param duplicates whether entries of equal key and start are kept beside each other
     * @param retention how long they stay, by their start
     */
    record Windows(long sizeMs, Duplicates duplicates, Retention retention) {}

    /** What happens to entries of equal key and start. */
    enum Duplicates {
        REPLACE,
        RETAIN
    }

    ArrowWindowStore(EntryStore entries, Windows windows) {
        this.entries = entries;
        this.windows = windows;
    }

    /** The same, for values that begin with a timestamp: a marker tells Kafka Streams so. */
    static final class WithTimestamps extends ArrowWindowStore implements TimestampedBytesStore {
        WithTimestamps(EntryStore entries, Windows windows) {
            super(entries, windows);
        }
    }

    @Override
    public EntryStore entries() {
        return entries;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        entries.init(
                context,
                root,
                (table, key, value) -> put(table, ChangelogKeys.windowKey(key), value, ChangelogKeys.windowStart(key)));
    }

    @Override
    public void put(Bytes key, byte @Nullable [] value, long start) {
        byte[] bytes = Objects.requireNonNull(key, "key cannot be null").get();
        entries.write(table -> {
            if (!put(table, bytes, value, start)) {
                DroppedRecords.count(entries.context());
                LOG.warn("Skipping record for expired segment.");
            }
            return table;
        });
    }

    /** Whether the window had not expired. */
    private boolean put(EntryTable table, byte[] key, byte @Nullable [] value, long start) {
        table.observe(start);
        if (start < table.horizon()) {
            return false;
        }
        switch (windows.duplicates()) {
            case REPLACE -> table.put(new EntryKey(key, start, 0), value);
            case RETAIN -> {
                // Kafka's stores cannot delete one of several either.
                if (value != null) {
                    table.put(new EntryKey(key, start, nextDuplicate(table, key, start)), value);
                }
            }
        }
        return true;
    }

    /** After a start on old files, numbers go on behind those that are there. */
    private long nextDuplicate(EntryTable table, byte[] key, long start) {
        duplicates++;
        while (table.get(new EntryKey(key, start, duplicates)) != null) {
            duplicates++;
        }
        return duplicates;
    }

    @Override
    public byte @Nullable [] fetch(Bytes key, long start) {
        var entry = new EntryKey(bytes(key), start, 0);
        return entries.read(table -> Optional.ofNullable(table.get(entry))).orElse(null);
    }

    private static byte[] bytes(Bytes key) {
        return Objects.requireNonNull(key, "key cannot be null").get();
    }

    @Override
    public WindowStoreIterator<byte[]> fetch(Bytes key, long from, long to) {
        return Iterators.timed(entries.iterate(EntryRange.of(bytes(key), from, to, Direction.FORWARD)));
    }

    @Override
    public WindowStoreIterator<byte[]> backwardFetch(Bytes key, long from, long to) {
        return Iterators.timed(entries.iterate(EntryRange.of(bytes(key), from, to, Direction.BACKWARD)));
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> fetch(
            @Nullable Bytes first, @Nullable Bytes last, long from, long to) {
        return fetch(first, last, from, to, Direction.FORWARD);
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFetch(
            @Nullable Bytes first, @Nullable Bytes last, long from, long to) {
        return fetch(first, last, from, to, Direction.BACKWARD);
    }

    private KeyValueIterator<Windowed<Bytes>, byte[]> fetch(
            @Nullable Bytes first, @Nullable Bytes last, long from, long to, Direction direction) {
        KeyRange keys = Keys.range(first, last);
        if (keys.isInverted()) {
            LOG.warn(INVALID_RANGE);
            return Iterators.none();
        }
        return form(entries.iterate(
                EntryRange.of(from, to, direction, windows.retention()).where(key -> keys.contains(key.bytes()))));
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> fetchAll(long from, long to) {
        return form(entries.iterate(EntryRange.of(from, to, Direction.FORWARD, windows.retention())));
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFetchAll(long from, long to) {
        return form(entries.iterate(EntryRange.of(from, to, Direction.BACKWARD, windows.retention())));
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> all() {
        return fetchAll(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> backwardAll() {
        return backwardFetchAll(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private KeyValueIterator<Windowed<Bytes>, byte[]> form(EntryIterator iterator) {
        return Iterators.keyed(iterator, this::window);
    }

    private Windowed<Bytes> window(Entry entry) {
        return ChangelogKeys.windowed(entry.key().bytes(), entry.key().time(), windows.sizeMs());
    }

    @Override
    public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
        return Answers.answer(this, query, bound, config, this::answer);
    }

    private Optional<Answer> answer(Query<?> query) {
        return switch (query) {
            case WindowKeyQuery<?, ?> asked
            when asked.getKey() instanceof Bytes key ->
                Optional.of(between(
                        asked.getTimeFrom(),
                        asked.getTimeTo(),
                        Iterators::timed,
                        (from, to) -> EntryRange.of(key.get(), from, to, Direction.FORWARD)));
            case WindowRangeQuery<?, ?> asked ->
                Optional.of(between(
                        asked.getTimeFrom(),
                        asked.getTimeTo(),
                        this::form,
                        (from, to) -> EntryRange.of(from, to, Direction.FORWARD, windows.retention())));
            default -> ArrowAnswers.of(query, entries.context().taskId().partition());
        };
    }

    private interface TimedRange {
        EntryRange between(long from, long to);
    }

    private static Answer between(
            Optional<Instant> from, Optional<Instant> to, Function<EntryIterator, Object> form, TimedRange range) {
        if (from.isEmpty() || to.isEmpty()) {
            return new Answer.Refuse("a window store answers for windows that start within two times, both given");
        }
        return new Answer.Iterate(
                range.between(from.get().toEpochMilli(), to.get().toEpochMilli()), form);
    }
}
