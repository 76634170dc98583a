package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.frame.MainConsumers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
    @TempDir
    Path folder;

    @Test
    void aConsumerThatKafkaStreamsClosesLeavesItsGroup() {
        var closed = new ArrayList<CloseOptions>();
        var clients = MainConsumers.of(
                new DefaultKafkaClientSupplier() {
                    @Override
                    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
                        return new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name()) {
                            @Override
                            public synchronized void close(CloseOptions options) {
                                closed.add(options);
                            }
                        };
                    }
                },
                new LeavingClients());
        var remain = CloseOptions.groupMembershipOperation(GroupMembershipOperation.REMAIN_IN_GROUP);
        clients.getConsumer(Map.of()).close(remain.withTimeout(Duration.ofSeconds(3)));
        clients.getConsumer(Map.of()).close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.DEFAULT));
        assertThat(closed)
                .extracting(CloseOptions::groupMembershipOperation)
                .containsExactly(GroupMembershipOperation.LEAVE_GROUP, GroupMembershipOperation.LEAVE_GROUP);
        assertThat(closed.getFirst().timeout()).contains(Duration.ofSeconds(3));
        assertThat(clients.getConsumer(Map.of()).assignment()).isEmpty();
    }

    @Test
    void anInstanceIsTheSameMemberInItsNextLife() {
        var names = List.of(
                InstanceId.of(folder.resolve("a"), "market"),
                InstanceId.of(folder.resolve("b"), "market"),
                InstanceId.of(folder.resolve("a"), "energy"));
        assertThat(names).doesNotHaveDuplicates();
        assertThat(InstanceId.of(folder.resolve("a"), "market")).isEqualTo(names.getFirst());
    }
}
