package io.polaroid.topology.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Main consumers that leave their group whenever they are closed. Kafka Streams keeps the member of a thread that it replaces
 * after a failure: the group then waits a whole session timeout for it before the replacement gets its partitions.
 */
final class LeavingClients implements KafkaClientSupplier {
    private final KafkaClientSupplier clients;

    LeavingClients(KafkaClientSupplier clients) {
        this.clients = clients;
    }

    @Override
    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // a proxy is equal to itself only
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        var consumer = clients.getConsumer(config);
        InvocationHandler handler = (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "leaving " + consumer;
                };
            }
            try {
                return method.invoke(consumer, leaving(arguments));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Consumer<byte[], byte[]>)
                Proxy.newProxyInstance(Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, handler);
    }

    /** The arguments of a call; options of a {@code close} say that the group is left. */
    private static Object[] leaving(Object[] arguments) {
        if (arguments == null || arguments.length != 1 || !(arguments[0] instanceof CloseOptions options)) {
            return arguments;
        }
        var leave = CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
        return new Object[] {options.timeout().map(leave::withTimeout).orElse(leave)};
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
