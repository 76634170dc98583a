package io.polaroid.launcher.connect;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.ConfigProvider;

/**
 * Settings of connectors that stay in this process, because secrets are in them: Connect stores a reference in its
 * topic, and asks here for the text when it starts a connector or a task.
 *
 * <p>Connect makes its own instance, so what is held belongs to the class. It must be held before the worker opens, since the worker
 * starts the connectors that it finds in its topic.
 */
public final class HeldSettings implements ConfigProvider {
    /** What references begin with. */
    static final String NAME = "held";

    private static final Map<String, Map<String, String>> HELD = new ConcurrentHashMap<>();

    /**
     * Holds a setting, in place of what was held under the same names.
     *
     * @param group the worker group
     * @param connector its connector
     * @param key of the setting
     * @param value which may hold secrets
     * @return what Connect is given in its place
     */
    public static String hold(String group, String connector, String key, String value) {
        String path = group + "/" + connector;
        HELD.computeIfAbsent(path, ignored -> new ConcurrentHashMap<>()).put(key, value);
        return "${" + NAME + ":" + path + ":" + key + "}";
    }

    @Override
    public ConfigData get(String path) {
        return new ConfigData(Map.copyOf(HELD.getOrDefault(path, Map.of())));
    }

    @Override
    public ConfigData get(String path, Set<String> keys) {
        return new ConfigData(get(path).data().entrySet().stream()
                .filter(setting -> keys.contains(setting.getKey()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
}
