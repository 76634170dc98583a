package io.polaroid.launcher.connect;

import java.util.List;
import java.util.Set;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortedException;

/**
 * Why a task of Connect has failed, by the stack trace that Connect keeps of it: the exception of Kafka's that lies deepest decides.
 * Those that say that the broker was away, or has ended the task's transaction meanwhile, are not the task's own.
 */
final class TaskFailure {
    private static final String CAUSED_BY = "Caused by: ";
    private static final String KAFKA = "org.apache.kafka.common.errors.";

    private static final Set<Class<?>> OF_THE_BROKER = Set.of(
            RetriableException.class,
            ApplicationRecoverableException.class,
            OutOfOrderSequenceException.class,
            InvalidTxnStateException.class,
            TransactionAbortedException.class);

    private TaskFailure() {}

    /** Whether starting the task again may help, by itself. */
    static boolean isOfBroker(String trace) {
        List<? extends Class<?>> kafkas = trace.lines()
                .map(TaskFailure::thrown)
                .filter(name -> name.startsWith(KAFKA))
                .flatMap(name -> known(name).stream())
                .toList();
        return !kafkas.isEmpty() && OF_THE_BROKER.stream().anyMatch(kind -> kind.isAssignableFrom(kafkas.getLast()));
    }

    /** The class that a line names as thrown; frames and what was suppressed are indented, and name none. */
    private static String thrown(String line) {
        String named = line.startsWith(CAUSED_BY) ? line.substring(CAUSED_BY.length()) : line;
        int end = named.indexOf(':');
        return end < 0 ? named.strip() : named.substring(0, end);
    }

    private static List<Class<?>> known(String name) {
        try {
            return List.of(Class.forName(name, false, TaskFailure.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            return List.of();
        }
    }
}
