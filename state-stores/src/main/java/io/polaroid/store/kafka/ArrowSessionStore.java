package io.polaroid.store.kafka;

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
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.WindowRangeQuery;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.SessionStore;
import org.jspecify.annotations.Nullable;

/** Kafka's session store over Arrow entries: an entry's time is its session's end, its sequence the start. */
final class ArrowSessionStore implements SessionStore<Bytes, byte[]>, EntryBacked {
    private final EntryStore entries;
    private final Retention retention;

    ArrowSessionStore(EntryStore entries, Retention retention) {
        this.entries = entries;
        this.retention = retention;
    }

    @Override
    public EntryStore entries() {
        return entries;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        entries.init(context, root, (table, key, value) -> put(table, ChangelogKeys.session(key), value));
    }

    @Override
    public void put(Windowed<Bytes> session, byte @Nullable [] aggregate) {
        Objects.requireNonNull(session, "sessionKey cannot be null");
        entries.write(table -> {
            if (!put(table, session, aggregate)) {
                DroppedRecords.count(entries.context());
                LOG.warn("Skipping record for expired segment.");
            }
            return table;
        });
    }

    /** Whether the session had not expired. */
    private static boolean put(EntryTable table, Windowed<Bytes> session, byte @Nullable [] aggregate) {
        long end = session.window().end();
        table.observe(end);
        if (end < table.horizon()) {
            return false;
        }
        table.put(entry(session), aggregate);
        return true;
    }

    private static EntryKey entry(Windowed<Bytes> session) {
        return new EntryKey(
                session.key().get(), session.window().end(), session.window().start());
    }

    @Override
    public void remove(Windowed<Bytes> session) {
        EntryKey entry = entry(session);
        entries.write(table -> {
            table.put(entry, null);
            return table;
        });
    }

    @Override
    public byte @Nullable [] fetchSession(Bytes key, long start, long end) {
        var entry = new EntryKey(bytes(key), end, start);
        return entries.read(table -> Optional.ofNullable(table.get(entry))).orElse(null);
    }

    private static byte[] bytes(Bytes key) {
        return Objects.requireNonNull(key, "key cannot be null").get();
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> findSessions(long earliestEnd, long latestEnd) {
        return form(entries.iterate(EntryRange.of(earliestEnd, latestEnd, Direction.FORWARD, retention)));
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> findSessions(Bytes key, long earliestEnd, long latestStart) {
        return find(key, earliestEnd, latestStart, Direction.FORWARD);
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFindSessions(
            Bytes key, long earliestEnd, long latestStart) {
        return find(key, earliestEnd, latestStart, Direction.BACKWARD);
    }

    private KeyValueIterator<Windowed<Bytes>, byte[]> find(
            Bytes key, long earliestEnd, long latestStart, Direction direction) {
        return form(entries.iterate(EntryRange.of(bytes(key), earliestEnd, Long.MAX_VALUE, direction)
                .where(entry -> entry.sequence() <= latestStart)));
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> findSessions(
            @Nullable Bytes first, @Nullable Bytes last, long earliestEnd, long latestStart) {
        return find(first, last, earliestEnd, latestStart, Direction.FORWARD);
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFindSessions(
            @Nullable Bytes first, @Nullable Bytes last, long earliestEnd, long latestStart) {
        return find(first, last, earliestEnd, latestStart, Direction.BACKWARD);
    }

    private KeyValueIterator<Windowed<Bytes>, byte[]> find(
            @Nullable Bytes first, @Nullable Bytes last, long earliestEnd, long latestStart, Direction direction) {
        KeyRange keys = Keys.range(first, last);
        if (keys.isInverted()) {
            LOG.warn(INVALID_RANGE);
            return Iterators.none();
        }
        return form(entries.iterate(EntryRange.of(earliestEnd, Long.MAX_VALUE, direction, retention)
                .where(entry -> entry.sequence() <= latestStart && keys.contains(entry.bytes()))));
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> fetch(Bytes key) {
        return find(key, Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD);
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFetch(Bytes key) {
        return find(key, Long.MIN_VALUE, Long.MAX_VALUE, Direction.BACKWARD);
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> fetch(@Nullable Bytes first, @Nullable Bytes last) {
        return find(first, last, Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD);
    }

    @Override
    public KeyValueIterator<Windowed<Bytes>, byte[]> backwardFetch(@Nullable Bytes first, @Nullable Bytes last) {
        return find(first, last, Long.MIN_VALUE, Long.MAX_VALUE, Direction.BACKWARD);
    }

    private static KeyValueIterator<Windowed<Bytes>, byte[]> form(EntryIterator iterator) {
        return Iterators.keyed(
                iterator,
                entry -> ChangelogKeys.session(
                        entry.key().bytes(), entry.key().sequence(), entry.key().time()));
    }

    @Override
    public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
        return Answers.answer(this, query, bound, config, this::answer);
    }

    private Optional<Answer> answer(Query<?> query) {
        if (!(query instanceof WindowRangeQuery<?, ?> asked)) {
            return ArrowAnswers.of(query, entries.context().taskId().partition());
        }
        if (asked.getKey().isPresent() && asked.getKey().get() instanceof Bytes key) {
            return Optional.of(new Answer.Iterate(
                    EntryRange.of(key.get(), Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD),
                    ArrowSessionStore::form));
        }
        return Optional.of(new Answer.Refuse("a session store answers for the sessions of one key"));
    }
}
