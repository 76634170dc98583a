package io.polaroid.store.kafka;

import io.polaroid.store.entry.Retention;
import io.polaroid.store.kafka.ArrowWindowStore.Duplicates;
import io.polaroid.store.kafka.ArrowWindowStore.Windows;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.SessionBytesStoreSupplier;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowStore;

/** The suppliers as Kafka Streams wants them. */
final class Suppliers {
    private Suppliers() {}

    record KeyValue(String name, String metricsScope, Supplier<? extends KeyValueStore<Bytes, byte[]>> maker)
            implements KeyValueBytesStoreSupplier {
        @Override
        public KeyValueStore<Bytes, byte[]> get() {
            return maker.get();
        }
    }

    record Window(
            String name, String metricsScope, Windows windows, Supplier<? extends WindowStore<Bytes, byte[]>> maker)
            implements WindowBytesStoreSupplier {
        @Override
        public WindowStore<Bytes, byte[]> get() {
            return maker.get();
        }

        @Override
        public long segmentIntervalMs() {
            return windows.retention().segmentMs();
        }

        @Override
        public long retentionPeriod() {
            return windows.retention().retentionMs();
        }

        @Override
        public long windowSize() {
            return windows.sizeMs();
        }

        @Override
        public boolean retainDuplicates() {
            return windows.duplicates() == Duplicates.RETAIN;
        }
    }

    record Session(
            String name,
            String metricsScope,
            Retention retention,
            Supplier<? extends SessionStore<Bytes, byte[]>> maker)
            implements SessionBytesStoreSupplier {
        @Override
        public SessionStore<Bytes, byte[]> get() {
            return maker.get();
        }

        @Override
        public long segmentIntervalMs() {
            return retention.segmentMs();
        }

        @Override
        public long retentionPeriod() {
            return retention.retentionMs();
        }
    }
}
