package io.polaroid.topology.app;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the broker keeps of a group under the streams protocol, where an instance's own settings do not count. */
final class StreamsGroup {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsGroup.class);

    private StreamsGroup() {}

    /**
     * Tells the broker how many standbys there are to be, and how soon an instance that is silent counts as gone.
     *
     * @throws PolaroidException {@code INVALID_CONFIG} if the broker does not allow so many standbys
     */
    static void configure(String servers, String group, int standbys, int sessionMillis, int heartbeatMillis) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            set(admin, group, Map.of("streams.num.standby.replicas", String.valueOf(standbys)));
            quick(admin, group, sessionMillis, heartbeatMillis);
        } catch (ExecutionException e) {
            throw new PolaroidException(
                    Problem.of(
                            ProblemCode.INVALID_CONFIG,
                            "the broker refuses the group %s with %d standbys under the streams protocol: %s"
                                    .formatted(group, standbys, why(e))),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolaroidException(Problem.of(ProblemCode.CANCELLED, "interrupted while making the group"), e);
        }
    }

    /** A broker's own limits are its owner's choice: failing over takes longer then, and that is all. */
    private static void quick(Admin admin, String group, int sessionMillis, int heartbeatMillis)
            throws ExecutionException, InterruptedException {
        try {
            set(
                    admin,
                    group,
                    Map.of(
                            "streams.session.timeout.ms",
                            String.valueOf(sessionMillis),
                            "streams.heartbeat.interval.ms",
                            String.valueOf(heartbeatMillis)));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof InvalidConfigurationException)) {
                throw e;
            }
            LOG.info(
                    "the broker does not allow a session of {} ms: an instance that dies is missed only after the"
                            + " broker's ({})",
                    sessionMillis,
                    why(e));
        }
    }

    private static String why(ExecutionException failure) {
        return String.valueOf(
                failure.getCause() == null
                        ? failure.getMessage()
                        : failure.getCause().getMessage());
    }

    private static void set(Admin admin, String group, Map<String, String> values)
            throws ExecutionException, InterruptedException {
        var changes = values.entrySet().stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        admin.incrementalAlterConfigs(Map.of(resource, List.copyOf(changes)))
                .all()
                .get();
    }
}
