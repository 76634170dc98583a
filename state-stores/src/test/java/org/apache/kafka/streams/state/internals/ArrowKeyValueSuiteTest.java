package org.apache.kafka.streams.state.internals;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;

/** Kafka's suite of key-value stores on ours. */
class ArrowKeyValueSuiteTest extends AbstractKeyValueStoreTest {
    private final ArrowSuiteStores suite = new ArrowSuiteStores();

    @Override
    @SuppressWarnings("unchecked") // the suite's serdes are of its own types
    protected <K, V> KeyValueStore<K, V> createKeyValueStore(StateStoreContext context) {
        KeyValueStore<K, V> made = Stores.keyValueStoreBuilder(
                        suite.stores().keyValueStore("my-store"), (Serde<K>) context.keySerde(), (Serde<V>)
                                context.valueSerde())
                .build();
        made.init(context, made);
        return made;
    }

    @Override
    @AfterEach
    public void after() {
        super.after();
        suite.close();
    }
}
