package io.polaroid.topology.app;

import io.polaroid.topology.frame.MainConsumers;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;

/**
 * Main consumers that leave their group whenever they are closed. Kafka Streams keeps the member of a thread that it replaces
 * after a failure: the group then waits a whole session timeout for it before the replacement gets its partitions.
 */
final class LeavingClients implements MainConsumers.Between {
    /** Options of a {@code close} say that the group is left; other arguments are as they were. */
    @Override
    public Object[] given(Object[] arguments) {
        if (arguments.length != 1 || !(arguments[0] instanceof CloseOptions options)) {
            return arguments;
        }
        var leave = CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP);
        return new Object[] {options.timeout().map(leave::withTimeout).orElse(leave)};
    }
}
