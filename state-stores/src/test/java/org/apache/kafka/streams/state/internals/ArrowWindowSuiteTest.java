package org.apache.kafka.streams.state.internals;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;

/** Kafka's suite of window stores on ours. */
class ArrowWindowSuiteTest extends AbstractWindowBytesStoreTest {
    private final ArrowSuiteStores suite = new ArrowSuiteStores();

    @Override
    <K, V> WindowStore<K, V> buildWindowStore(
            long retentionPeriod, long windowSize, boolean retainDuplicates, Serde<K> keySerde, Serde<V> valueSerde) {
        Duration retention = Duration.ofMillis(retentionPeriod);
        Duration size = Duration.ofMillis(windowSize);
        var supplier = retainDuplicates
                ? suite.stores().joinWindowStore("window-store", retention, size)
                : suite.stores().windowStore("window-store", retention, size);
        return Stores.windowStoreBuilder(supplier, keySerde, valueSerde).build();
    }

    @Override
    @AfterEach
    public void after() {
        super.after();
        suite.close();
    }
}
