package io.polaroid.store.commit;

import io.polaroid.store.internals.StreamsProtocolConsumerWrapper;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Wraps the clients of a supplier so that the thread's {@link CommitGate} hears of commits: when {@code commitTransaction()}
 * or, at least once, the main consumer's {@code commitSync} has returned. All else passes through unchanged, methods of later
 * Kafka versions too.
 */
public final class GatedClients implements KafkaClientSupplier {
    private final KafkaClientSupplier clients;
    private final UnendedTransactions unended;

    /** Gates the clients of another supplier. */
    public GatedClients(KafkaClientSupplier clients) {
        this(clients, new UnendedTransactions());
    }

    /**
     * Gates the clients of another supplier.
     *
     * @param unended is told of transactions that producers leave open
     */
    public GatedClients(KafkaClientSupplier clients, UnendedTransactions unended) {
        this.clients = clients;
        this.unended = unended;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return clients.getAdmin(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new GatedProducer(
                clients.getProducer(config),
                String.valueOf(config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG)),
                unended);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return proxy(Consumer.class, clients.getConsumer(config), GatedClients::beforeConsumer, method -> {
            if (method.equals("commitSync")) {
                CommitGate.committed();
            }
        });
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return clients.getRestoreConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return clients.getGlobalConsumer(config);
    }

    /** The same for a main consumer that Kafka Streams makes itself, and tells when it does. */
    public static StreamsProtocolConsumerWrapper.Hook hook(
            UnaryOperator<ConsumerRecords<byte[], byte[]>> polled, Runnable wrapped) {
        return new StreamsProtocolConsumerWrapper.Hook() {
            @Override
            public void wrapped() {
                wrapped.run();
            }

            @Override
            public void beforePoll() {
                CommitGate.install();
            }

            @Override
            public ConsumerRecords<byte[], byte[]> polled(ConsumerRecords<byte[], byte[]> records) {
                return polled.apply(records);
            }

            @Override
            public void committed() {
                CommitGate.committed();
            }
        };
    }

    // Runs on the stream thread, and before its first flush.
    private static void beforeConsumer(String method) {
        if (method.equals("poll")) {
            CommitGate.install();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
    private static <T> T proxy(
            Class<T> type,
            T client,
            java.util.function.Consumer<String> before,
            java.util.function.Consumer<String> after) {
        InvocationHandler handler = (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "gated " + client;
                };
            }
            before.accept(method.getName());
            Object result;
            try {
                result = method.invoke(client, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            after.accept(method.getName());
            return result;
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
