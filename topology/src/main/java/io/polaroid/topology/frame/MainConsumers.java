package io.polaroid.topology.frame;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients of another supplier, with something between Kafka Streams and its main consumers. All other methods, those of
 * later Kafka versions too, and all other clients are those of the supplier within.
 */
public final class MainConsumers implements KafkaClientSupplier {
    private static final Object[] NONE = {};

    private final KafkaClientSupplier clients;
    private final Between between;

    private MainConsumers(KafkaClientSupplier clients, Between between) {
        this.clients = clients;
        this.between = between;
    }

    /** What stands between; as it is, it changes nothing. */
    public interface Between {
        /** Once for each consumer that it stands before from now on. */
        default void stands() {}

        /** What the consumer is given in place of the arguments of a call. */
        default Object[] given(Object[] arguments) {
            return arguments;
        }

        /** What Kafka Streams sees in place of the records of a poll. */
        default ConsumerRecords<byte[], byte[]> polled(ConsumerRecords<byte[], byte[]> records) {
            return records;
        }
    }

    /** Puts {@code between} before each main consumer of {@code clients}. */
    public static KafkaClientSupplier of(KafkaClientSupplier clients, Between between) {
        return new MainConsumers(clients, between);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        var consumer = (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, handler(clients.getConsumer(config)));
        between.stands();
        return consumer;
    }

    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // a proxy is equal to itself only
    private InvocationHandler handler(Consumer<byte[], byte[]> consumer) {
        return (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> between + " before " + consumer;
                };
            }
            Object result;
            try {
                result = method.invoke(consumer, between.given(orNone(arguments)));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            return method.getName().equals("poll") ? between.polled((ConsumerRecords<byte[], byte[]>) result) : result;
        };
    }

    private static Object[] orNone(Object @Nullable [] arguments) {
        return arguments == null ? NONE : arguments;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return clients.getAdmin(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return clients.getProducer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return clients.getRestoreConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return clients.getGlobalConsumer(config);
    }
}
