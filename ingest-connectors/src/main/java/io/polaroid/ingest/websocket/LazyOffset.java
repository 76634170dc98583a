package io.polaroid.ingest.websocket;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A source offset of which one value is worked out when somebody looks: each record has an offset, and Connect writes that of the
 * last one of a transaction.
 */
final class LazyOffset extends AbstractMap<String, Object> {
    private final Map<String, Object> values;
    private final String key;
    private final Supplier<String> value;
    private @Nullable Map<String, Object> whole;

    /**
     * An offset.
     *
     * @param values those that are known
     * @param key of the other one
     */
    LazyOffset(Map<String, Object> values, String key, Supplier<String> value) {
        this.values = values;
        this.key = key;
        this.value = value;
    }

    @Override
    public synchronized Set<Entry<String, Object>> entrySet() {
        var all = whole;
        if (all == null) {
            all = new HashMap<>(values);
            all.put(key, value.get());
            whole = all;
        }
        return all.entrySet();
    }
}
