package io.polaroid.store.kafka;

import io.polaroid.store.entry.EntryIterator;
import io.polaroid.store.entry.EntryKey;
import io.polaroid.store.entry.EntryRange;
import io.polaroid.store.entry.EntryRange.Direction;
import io.polaroid.store.entry.EntryStore;
import io.polaroid.store.query.KeyRange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.KeyQuery;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.RangeQuery;
import org.apache.kafka.streams.query.ResultOrder;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedBytesStore;
import org.jspecify.annotations.Nullable;

/** Kafka's key-value store over Arrow entries. */
class ArrowKeyValueStore implements KeyValueStore<Bytes, byte[]>, EntryBacked {
    private final EntryStore entries;

    ArrowKeyValueStore(EntryStore entries) {
        this.entries = entries;
    }

    /** The same, for values that begin with a timestamp: a marker tells Kafka Streams so. */
    static final class WithTimestamps extends ArrowKeyValueStore implements TimestampedBytesStore {
        WithTimestamps(EntryStore entries) {
            super(entries);
        }
    }

    @Override
    public EntryStore entries() {
        return entries;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        entries.init(context, root, (table, key, value) -> table.put(EntryKey.plain(key), value));
    }

    @Override
    public void put(Bytes key, byte @Nullable [] value) {
        EntryKey entry = entry(key);
        entries.write(table -> {
            table.put(entry, value);
            return table;
        });
    }

    @Override
    public byte @Nullable [] putIfAbsent(Bytes key, byte @Nullable [] value) {
        byte[] before = get(key);
        if (before == null) {
            put(key, value);
        }
        return before;
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> pairs) {
        pairs.forEach(pair -> put(pair.key, pair.value));
    }

    @Override
    public byte @Nullable [] delete(Bytes key) {
        byte[] before = get(key);
        put(key, null);
        return before;
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
        EntryKey entry = entry(key);
        return entries.read(table -> Optional.ofNullable(table.get(entry))).orElse(null);
    }

    private static EntryKey entry(Bytes key) {
        return EntryKey.plain(Objects.requireNonNull(key, "key cannot be null").get());
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
        return range(from, to, Direction.FORWARD);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> reverseRange(@Nullable Bytes from, @Nullable Bytes to) {
        return range(from, to, Direction.BACKWARD);
    }

    private KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to, Direction direction) {
        var keys = Keys.range(from, to);
        if (keys.isInverted()) {
            LOG.warn(INVALID_RANGE);
            return Iterators.none();
        }
        return form(entries.iterate(range(keys, direction)));
    }

    private static EntryRange range(KeyRange keys, Direction direction) {
        return new EntryRange(
                EntryRange.Sort.KEY,
                direction,
                keys.first().map(EntryKey::first),
                keys.last().map(EntryKey::behind));
    }

    private static KeyValueIterator<Bytes, byte[]> form(EntryIterator iterator) {
        return Iterators.keyed(iterator, entry -> Bytes.wrap(entry.key().bytes()));
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        return form(entries.iterate(range(KeyRange.all(), Direction.FORWARD)));
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> reverseAll() {
        return form(entries.iterate(range(KeyRange.all(), Direction.BACKWARD)));
    }

    @Override
    public <PS extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(P prefix, PS serializer) {
        byte[] first = serializer.serialize("", prefix);
        return form(entries.iterate(new EntryRange(
                EntryRange.Sort.KEY,
                Direction.FORWARD,
                Optional.of(EntryKey.first(first)),
                Keys.behindPrefix(first).map(EntryKey::first))));
    }

    @Override
    public long approximateNumEntries() {
        return entries.read(table -> table.size());
    }

    @Override
    public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
        return Answers.answer(this, query, bound, config, this::answer);
    }

    private Optional<Answer> answer(Query<?> query) {
        return switch (query) {
            case KeyQuery<?, ?> key
            when key.getKey() instanceof Bytes bytes ->
                Optional.of(new Answer.Read(snapshot -> snapshot.get(entry(bytes))));
            case RangeQuery<?, ?> range -> {
                var keys = Keys.range(range.getLowerBound(), range.getUpperBound());
                var direction = range.resultOrder() == ResultOrder.DESCENDING ? Direction.BACKWARD : Direction.FORWARD;
                yield Optional.of(new Answer.Iterate(range(keys, direction), ArrowKeyValueStore::form));
            }
            default -> ArrowAnswers.of(query, entries.context().taskId().partition());
        };
    }
}
