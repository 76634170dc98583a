package io.polaroid.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** Builds stores; caching and wrapping do not apply, since the stores batch by themselves. */
final class ArrowStoreBuilder<T extends StateStore> implements StoreBuilder<T> {
    private final String name;
    private final Supplier<T> maker;
    private final Map<String, String> logConfig = new HashMap<>();
    private boolean logged = true;

    ArrowStoreBuilder(String name, Supplier<T> maker) {
        this.name = name;
        this.maker = maker;
    }

    @Override
    public StoreBuilder<T> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<T> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<T> withLoggingEnabled(Map<String, String> config) {
        logged = true;
        logConfig.putAll(config);
        return this;
    }

    @Override
    public StoreBuilder<T> withLoggingDisabled() {
        logged = false;
        logConfig.clear();
        return this;
    }

    @Override
    public T build() {
        return maker.get();
    }

    @Override
    public Map<String, String> logConfig() {
        return logConfig;
    }

    @Override
    public boolean loggingEnabled() {
        return logged;
    }

    @Override
    public String name() {
        return name;
    }
}
