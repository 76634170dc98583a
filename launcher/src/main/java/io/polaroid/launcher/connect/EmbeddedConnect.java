package io.polaroid.launcher.connect;

import io.polaroid.launcher.broker.Ports;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.NotFoundException;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;
import org.apache.kafka.connect.runtime.distributed.RebalanceNeededException;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.rest.ConnectRestServer;
import org.apache.kafka.connect.runtime.rest.RestClient;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.util.ConnectorTaskId;
import org.apache.kafka.connect.util.FutureCallback;

/**
 * A distributed Kafka Connect worker in this process, since only that kind has exactly-once sources. Kafka's own
 * {@code Connect} class is not used: it installs a shutdown hook, which would race with our order of closing, and ends the
 * process when a start fails.
 */
public final class EmbeddedConnect implements AutoCloseable {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);
    private static final long REBALANCE_PAUSE_MS = 100;

    private final DistributedHerder herder;
    private final ConnectRestServer rest;
    private boolean closed;

    private EmbeddedConnect(DistributedHerder herder, ConnectRestServer rest) {
        this.herder = herder;
        this.rest = rest;
    }

    /**
     * Starts a worker. It returns before the worker has joined its group; {@link #put} waits for that.
     *
     * @param group names the worker group and its internal topics
     * @param bootstrap the brokers
     * @param restPort of Connect's REST interface on loopback; 0 for any free one
     * @throws PolaroidException {@code INVALID_ARGUMENT} if the port is taken
     */
    public static EmbeddedConnect open(String group, String bootstrap, int restPort) {
        if (restPort != 0) {
            Ports.claim(restPort, "Kafka Connect's REST interface", "POLAROID_CONNECT_PORT");
        }
        Map<String, String> properties = WorkerProperties.of(group, bootstrap, restPort);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            var plugins = new Plugins(properties);
            plugins.compareAndSwapWithDelegatingLoader();
            return start(properties, plugins);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static EmbeddedConnect start(Map<String, String> properties, Plugins plugins) {
        var config = new DistributedConfig(properties);
        var client = new RestClient(config);
        var rest = new ConnectRestServer(config.rebalanceTimeout(), client, config.originals());
        try {
            rest.initializeServer();
            DistributedHerder herder = HerderFactory.create(config, plugins, rest, client);
            var worker = new EmbeddedConnect(herder, rest);
            herder.start();
            rest.initializeResources(herder);
            return worker;
        } catch (RuntimeException e) {
            rest.stop();
            throw e;
        }
    }

    /** Where its REST interface answers. */
    public URI restUrl() {
        return rest.advertisedUrl();
    }

    /**
     * Creates a connector, or gives the one of this name these settings; the same settings again change nothing.
     *
     * @throws PolaroidException {@code INVALID_CONFIG} with what the connector said of them
     */
    public void put(String name, Map<String, String> config) {
        var full = new HashMap<>(config);
        full.put("name", name);
        this.<Herder.Created<ConnectorInfo>>request(
                "connector " + name, done -> herder.putConnectorConfig(name, full, true, done));
    }

    /** Removes a connector; one that is not there is no mistake. */
    public void remove(String name) {
        try {
            this.<Herder.Created<ConnectorInfo>>request(
                    "connector " + name, done -> herder.deleteConnectorConfig(name, done));
        } catch (PolaroidException e) {
            if (!(e.getCause() instanceof NotFoundException)) {
                throw e;
            }
        }
    }

    /** The connectors of the group, by name. */
    public Set<String> connectors() {
        return new TreeSet<>(this.<Collection<String>>request("the list of connectors", herder::connectors));
    }

    /** How a connector is doing; {@code UNASSIGNED} without tasks before the worker has taken it up. */
    public ConnectorStatus status(String name) {
        try {
            ConnectorStateInfo info = herder.connectorStatus(name);
            List<ConnectorStatus.Task> tasks = info.tasks().stream()
                    .map(task -> new ConnectorStatus.Task(task.id(), task.state(), trace(task), task.workerId()))
                    .toList();
            return new ConnectorStatus(name, info.connector().state(), trace(info.connector()), tasks);
        } catch (NotFoundException e) {
            return new ConnectorStatus(name, "UNASSIGNED", "", List.of());
        }
    }

    /** Starts to look after connectors of this worker, once it is told which. */
    public ConnectorWatch watch(InstantSource clock) {
        return new ConnectorWatch(
                new ConnectorWatch.Worker() {
                    @Override
                    public ConnectorStatus status(String connector) {
                        return EmbeddedConnect.this.status(connector);
                    }

                    @Override
                    public String id() {
                        return HerderFactory.workerId(rest);
                    }

                    @Override
                    public void restart(String connector, int task) {
                        EmbeddedConnect.this.<Void>request(
                                "task %s/%d".formatted(connector, task),
                                done -> herder.restartTask(new ConnectorTaskId(connector, task), done));
                    }
                },
                clock);
    }

    private static String trace(ConnectorStateInfo.AbstractState state) {
        return state.trace() == null ? "" : state.trace();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            rest.stop();
        } finally {
            herder.stop();
        }
    }

    /** Asks the worker, again while its group is rebalancing: until that is done it refuses requests. */
    private <T> T request(String what, Consumer<FutureCallback<T>> ask) {
        for (long waited = 0; ; waited += REBALANCE_PAUSE_MS) {
            var done = new FutureCallback<T>();
            ask.accept(done);
            try {
                return await(done, what);
            } catch (PolaroidException e) {
                if (!(e.getCause() instanceof RebalanceNeededException) || waited > REQUEST_LIMIT.toMillis()) {
                    throw e;
                }
            }
            pause(what);
        }
    }

    private static void pause(String what) {
        try {
            Thread.sleep(REBALANCE_PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolaroidException(Problem.of(ProblemCode.CANCELLED, what + ": interrupted"), e);
        }
    }

    private static <T> T await(FutureCallback<T> done, String what) {
        try {
            return done.get(REQUEST_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PolaroidException(
                    Problem.of(ProblemCode.INVALID_CONFIG, what + ": " + cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new PolaroidException(
                    Problem.of(
                            ProblemCode.BROKER_UNREACHABLE,
                            "%s: Kafka Connect did not answer within %d s".formatted(what, REQUEST_LIMIT.toSeconds())),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolaroidException(Problem.of(ProblemCode.CANCELLED, what + ": interrupted"), e);
        }
    }
}
