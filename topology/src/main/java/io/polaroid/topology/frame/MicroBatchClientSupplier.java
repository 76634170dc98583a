package io.polaroid.topology.frame;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Gives Kafka Streams a main consumer whose {@code poll} returns frames. All other methods, those of later Kafka versions too,
 * and all other clients are those of the supplier within: a restore reads rows.
 */
public final class MicroBatchClientSupplier implements KafkaClientSupplier {
    private final KafkaClientSupplier clients;
    private final UnaryOperator<ConsumerRecords<byte[], byte[]>> polled;

    /** Puts frames between the main consumers of {@code clients} and Kafka Streams. */
    public MicroBatchClientSupplier(KafkaClientSupplier clients, FrameCoalescer coalescer) {
        this(clients, coalescer::coalesce);
    }

    MicroBatchClientSupplier(KafkaClientSupplier clients, UnaryOperator<ConsumerRecords<byte[], byte[]>> polled) {
        this.clients = clients;
        this.polled = polled;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return framed(clients.getConsumer(config));
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

    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // a proxy is equal to itself only
    private Consumer<byte[], byte[]> framed(Consumer<byte[], byte[]> consumer) {
        InvocationHandler handler = (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "framed " + consumer;
                };
            }
            Object result;
            try {
                result = method.invoke(consumer, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            return method.getName().equals("poll")
                    ? polled.apply((ConsumerRecords<byte[], byte[]>) result)
                    : result;
        };
        return (Consumer<byte[], byte[]>)
                Proxy.newProxyInstance(Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, handler);
    }
}
