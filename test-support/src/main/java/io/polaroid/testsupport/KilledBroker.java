package io.polaroid.testsupport;

import java.lang.management.ManagementFactory;
import java.util.Properties;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * Takes the leadership from a broker that was killed, before its successor starts: a controller alone lets its session end, as the
 * product's broker does. Kafka 4.3.1 may else lose the markers of the dead broker's transactions for ever.
 */
final class KilledBroker {
    private static final long TIMEOUT_MS = 60_000;
    private static final long PAUSE_MS = 50;
    private static final String FENCED_BROKERS = "kafka.controller:type=KafkaController,name=FencedBrokerCount";

    private KilledBroker() {}

    /** Runs a controller until it has fenced the only broker; the properties are that broker's. */
    static void fence(Properties broker, int controllerPort) {
        var controller = new Properties();
        controller.putAll(broker);
        controller.setProperty("process.roles", "controller");
        controller.setProperty("listeners", "CONTROLLER://127.0.0.1:" + controllerPort);
        controller.remove("advertised.listeners");
        controller.setProperty("broker.heartbeat.interval.ms", "200");
        controller.setProperty("broker.session.timeout.ms", "1000");
        var server = new KafkaRaftServer(new KafkaConfig(controller, false), Time.SYSTEM);
        server.startup();
        try {
            for (long waited = 0; !fenced(); waited += PAUSE_MS) {
                if (waited > TIMEOUT_MS) {
                    throw new IllegalStateException("the killed broker was not fenced");
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
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
            throw new IllegalStateException(e);
        }
    }
}
