package io.polaroid.store.kafka;

import io.polaroid.store.entry.Entry;
import io.polaroid.store.entry.EntryIterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Iterators of entries in the forms that Kafka's interfaces ask for. */
final class Iterators {
    private Iterators() {}

    /** With a key made of each entry. */
    static <K> KeyValueIterator<K, byte[]> keyed(EntryIterator entries, Function<Entry, K> key) {
        return new Keyed<>(entries, key);
    }

    /** With the time of each entry as key. */
    static WindowStoreIterator<byte[]> timed(EntryIterator entries) {
        return new Timed(entries);
    }

    static <K> KeyValueIterator<K, byte[]> none() {
        return new None<>();
    }

    private record Keyed<K>(EntryIterator entries, Function<Entry, K> key) implements KeyValueIterator<K, byte[]> {
        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public K peekNextKey() {
            return key.apply(entries.peek());
        }

        @Override
        public KeyValue<K, byte[]> next() {
            Entry entry = entries.next();
            return KeyValue.pair(key.apply(entry), entry.value());
        }

        @Override
        public void close() {
            entries.close();
        }
    }

    private record Timed(EntryIterator entries) implements WindowStoreIterator<byte[]> {
        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public Long peekNextKey() {
            return entries.peek().key().time();
        }

        @Override
        public KeyValue<Long, byte[]> next() {
            Entry entry = entries.next();
            return KeyValue.pair(entry.key().time(), entry.value());
        }

        @Override
        public void close() {
            entries.close();
        }
    }

    private record None<K>() implements KeyValueIterator<K, byte[]> {
        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public K peekNextKey() {
            throw new NoSuchElementException();
        }

        @Override
        public KeyValue<K, byte[]> next() {
            throw new NoSuchElementException();
        }

        @Override
        public void close() {}
    }
}
