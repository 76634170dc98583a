package io.polaroid.launcher.broker;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * Takes the leadership from the broker of a killed process before its successor starts.
 *
 * <p>The successor would else begin as leader by the metadata that the dead one left, complete its transactions, and be
 * fenced in the midst of that when the dead one's session ends. Kafka 4.3.1 takes a partition without a leader for a deleted
 * one then: the transaction counts as completed, its markers are never written, and committed readers of the partition wait
 * for ever. A controller alone lets the session end first.
 */
final class DeadBroker {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long PAUSE_MS = 50;
    private static final String FENCED_BROKERS = "kafka.controller:type=KafkaController,name=FencedBrokerCount";

    private DeadBroker() {}

    /**
     * Runs a controller until it has fenced the only broker.
     *
     * @param controller properties of a controller with a short broker session
     */
    static void fence(Map<String, Object> controller) {
        var server = new KafkaRaftServer(new KafkaConfig(controller, false), Time.SYSTEM);
        server.startup();
        try {
            for (long waited = 0; !fenced(); waited += PAUSE_MS) {
                if (waited > TIMEOUT.toMillis()) {
                    throw failed("the broker of the killed process was not fenced", null);
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted while the broker of the killed process was fenced", e);
        } finally {
            server.shutdown();
            server.awaitShutdown();
        }
    }

    private static boolean fenced() {
        try {
            var count =
                    ManagementFactory.getPlatformMBeanServer().getAttribute(new ObjectName(FENCED_BROKERS), "Value");
            return count instanceof Number number && number.intValue() > 0;
        } catch (InstanceNotFoundException e) {
            return false;
        } catch (JMException e) {
            throw failed("Kafka's metric " + FENCED_BROKERS + " cannot be read", e);
        }
    }

    private static PolaroidException failed(String detail, @org.jspecify.annotations.Nullable Exception cause) {
        var problem = Problem.of(ProblemCode.INTERNAL, detail);
        return cause == null ? new PolaroidException(problem) : new PolaroidException(problem, cause);
    }
}
