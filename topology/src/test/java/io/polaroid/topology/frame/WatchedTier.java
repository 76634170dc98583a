package io.polaroid.topology.frame;

import io.polaroid.store.RowTier;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Makes row tiers that note what they answer when Kafka Streams asks how far they are.
 *
 * @param tiers makes them
 * @param answered what they have answered
 */
record WatchedTier(StoreBuilder<RowTier> tiers, List<Long> answered) implements StoreBuilder<RowTier> {
    WatchedTier(StoreBuilder<RowTier> tiers) {
        this(tiers, new CopyOnWriteArrayList<>());
    }

    @Override
    public RowTier build() {
        RowTier tier = tiers.build();
        return (RowTier) Proxy.newProxyInstance(
                RowTier.class.getClassLoader(), interfaces(tier), (self, method, arguments) -> {
                    if (method.getName().equals("equals")) {
                        return self == arguments[0];
                    }
                    Object result;
                    try {
                        result = method.invoke(tier, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (method.getName().equals("committedOffset")) {
                        answered.add((Long) result);
                    }
                    return result;
                });
    }

    private static Class<?>[] interfaces(Object tier) {
        var all = new ArrayList<Class<?>>();
        for (Class<?> one = tier.getClass(); one != null; one = one.getSuperclass()) {
            all.addAll(List.of(one.getInterfaces()));
        }
        return all.toArray(Class<?>[]::new);
    }

    @Override
    public StoreBuilder<RowTier> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<RowTier> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<RowTier> withLoggingEnabled(Map<String, String> config) {
        tiers.withLoggingEnabled(config);
        return this;
    }

    @Override
    public StoreBuilder<RowTier> withLoggingDisabled() {
        tiers.withLoggingDisabled();
        return this;
    }

    @Override
    public Map<String, String> logConfig() {
        return tiers.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
        return tiers.loggingEnabled();
    }

    @Override
    public String name() {
        return tiers.name();
    }
}
