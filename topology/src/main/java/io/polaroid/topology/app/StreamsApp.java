package io.polaroid.topology.app;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.store.Stores;
import io.polaroid.store.commit.UnendedTransactions;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.LiveTables;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.store.read.RestoreStatus;
import io.polaroid.store.restore.FloorTopic;
import io.polaroid.store.restore.RestoreProgress;
import io.polaroid.store.restore.WholeStores;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.Names;
import io.polaroid.topology.frame.FrameCoalescer;
import io.polaroid.topology.frame.FramedProtocol;
import io.polaroid.topology.frame.FramedStreams;
import io.polaroid.topology.frame.MainConsumers;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running pipeline. */
public final class StreamsApp implements LiveTables, PipelineStatus, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsApp.class);
    /** Stores force what they write: those of many views and partitions take seconds on a busy disk. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private static final InstantSource CLOCK = InstantSource.system();

    private final Pipeline pipeline;
    private final Running running;
    private final KafkaStreams streams;
    private final Optional<LeftTransactions> leftTransactions;
    private final BufferAllocator allocator;
    private final List<LiveTable> tables;
    private final RestoreProgress progress;
    private final Replacements replacements = new Replacements();
    private final CountDownLatch closing = new CountDownLatch(1);

    private StreamsApp(
            Pipeline pipeline,
            Running running,
            KafkaStreams streams,
            Optional<LeftTransactions> leftTransactions,
            BufferAllocator allocator,
            List<LiveTable> tables,
            RestoreProgress progress) {
        this.pipeline = pipeline;
        this.running = running;
        this.streams = streams;
        this.leftTransactions = leftTransactions;
        this.allocator = allocator;
        this.tables = List.copyOf(tables);
        this.progress = progress;
    }

    /**
     * Makes the topics that are missing and starts the pipeline. It restores in the background: {@link #ready} tells when it
     * is done.
     *
     * @param parent parent of the stores' allocator
     * @throws PolaroidException if the pipeline is wrong or the cluster cannot be reached
     */
    public static StreamsApp open(
            Pipeline pipeline, StreamsSettings settings, SchemaRegistry registry, BufferAllocator parent) {
        var allocator = parent.newChildAllocator("stores", 0, Long.MAX_VALUE);
        StreamsApp app;
        try {
            app = made(pipeline, settings, registry, allocator);
        } catch (RuntimeException e) {
            allocator.close();
            throw e;
        }
        try {
            app.start();
            return app;
        } catch (RuntimeException e) {
            try (app) {
                throw e;
            }
        }
    }

    private static StreamsApp made(
            Pipeline pipeline, StreamsSettings settings, SchemaRegistry registry, BufferAllocator allocator) {
        var running = new Running();
        var topology = PipelineTopology.of(
                        pipeline,
                        registry,
                        allocator,
                        running,
                        input -> new FloorTopic(Names.floorTopic(pipeline.application(), input), input))
                .orThrow();
        KnownPipeline.check(pipeline, settings.bootstrapServers());
        Topics.create(pipeline, settings.bootstrapServers());
        topology.registerSchemas();
        var coalescer = new FrameCoalescer(pipeline.streams().keySet(), settings.frames());
        var properties = StreamsProperties.of(pipeline, settings, coalescer);
        StreamsProperties.configureGroup(properties, pipeline, settings);
        var wholeStores = new WholeStores();
        properties.put(WholeStores.PROPERTY, wholeStores);
        var unended = new UnendedTransactions();
        var streams = FramedStreams.of(
                topology.build(),
                properties,
                MainConsumers.of(Stores.clients(unended), new LeavingClients()),
                coalescer);
        streams.setStandbyUpdateListener(wholeStores);
        var progress = new RestoreProgress(CLOCK, wholeStores);
        streams.setGlobalStateRestoreListener(progress);
        var tables = StoreTable.of(pipeline, topology, streams, wholeStores, self(properties));
        return new StreamsApp(
                pipeline,
                running,
                streams,
                leftTransactions(pipeline, properties, unended),
                allocator,
                tables,
                progress);
    }

    private void start() {
        streams.setUncaughtExceptionHandler(this::onFailure);
        leftTransactions.ifPresent(left -> left.endOwn(streams));
        streams.start();
        leftTransactions.ifPresent(left -> left.watch(streams));
    }

    private static Optional<LeftTransactions> leftTransactions(
            Pipeline pipeline, Properties properties, UnendedTransactions unended) {
        if (pipeline.guarantee() != Pipeline.Guarantee.EXACTLY_ONCE_V2) {
            return Optional.empty();
        }
        var clients = new StreamsConfig(properties).getAdminConfigs(pipeline.application() + "-left-transactions");
        return Optional.of(new LeftTransactions(
                pipeline.application(), () -> Admin.create(clients), FramedProtocol.streams(properties), unended));
    }

    /** Where other instances of the application find this one; port -1 for nowhere. */
    private static HostInfo self(Properties properties) {
        String given = properties.getProperty(StreamsConfig.APPLICATION_SERVER_CONFIG, "");
        HostInfo self = given.isEmpty() ? null : HostInfo.buildFromEndpoint(given);
        return self == null ? new HostInfo("", -1) : self;
    }

    private StreamThreadExceptionResponse onFailure(Throwable failure) {
        var pause = failure instanceof Error ? Optional.<Duration>empty() : replacements.next(CLOCK.instant());
        if (pause.isEmpty()) {
            LOG.error("a stream thread failed; the pipeline stops", failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.error(
                "a stream thread failed and is replaced after {} ms",
                pause.get().toMillis(),
                failure);
        try {
            if (closing.await(pause.get().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("the pipeline stops meanwhile");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** Whether the pipeline has stopped because of failures. */
    public boolean failed() {
        return streams.state() == KafkaStreams.State.ERROR || streams.state() == KafkaStreams.State.PENDING_ERROR;
    }

    @Override
    public List<LiveTable> tables() {
        return tables;
    }

    @Override
    public boolean ready() {
        // One of more instances than there are partitions may have standbys only.
        return streams.state() == KafkaStreams.State.RUNNING
                && (!running.streams().isEmpty()
                        || streams.metadataForLocalThreads().stream()
                                .anyMatch(thread -> !thread.standbyTasks().isEmpty()));
    }

    @Override
    public String application() {
        return pipeline.application();
    }

    @Override
    public List<StreamStatus> streams() {
        return running.streams().stream()
                .map(this::status)
                .sorted(Comparator.comparing(StreamStatus::stream).thenComparing(StreamStatus::partition))
                .toList();
    }

    private StreamStatus status(Running.StreamPartition partition) {
        var status = partition.rows().status();
        return new StreamStatus(
                partition.stream(),
                partition.partition(),
                status.rows(),
                status.duplicates(),
                status.deadLetters(),
                status.rerouted(),
                status.progressNanos(),
                Objects.requireNonNull(pipeline.streams().get(partition.stream()))
                        .format()
                        .offset(status.committedOffset()));
    }

    @Override
    public List<ViewStatus> views() {
        var views = new ArrayList<ViewStatus>();
        pipeline.views()
                .values()
                .forEach(view -> view.inputs()
                        .forEach(input ->
                                views.add(new ViewStatus(view.name(), input, running.counts(view.name(), input)))));
        return views;
    }

    @Override
    public List<RestoreStatus> restores() {
        return progress.restores();
    }

    @Override
    public List<FeedStatus> feeds() {
        var newest = new TreeMap<String, FeedStatus>();
        for (var partition : running.streams()) {
            for (FeedStatus feed : partition.rows().feeds()) {
                newest.merge(feed.source(), feed, (a, b) -> a.sinceNanos() >= b.sinceNanos() ? a : b);
            }
        }
        return List.copyOf(newest.values());
    }

    /** Stops processing, commits what was done, and frees the stores. */
    @Override
    public void close() {
        closing.countDown();
        leftTransactions.ifPresent(LeftTransactions::close);
        boolean closed =
                streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(CLOSE_TIMEOUT));
        if (!closed) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.INTERNAL, "stream threads did not stop within " + CLOSE_TIMEOUT.toSeconds() + " s"));
        }
        allocator.close();
    }
}
