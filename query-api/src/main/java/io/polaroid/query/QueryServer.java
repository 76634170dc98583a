package io.polaroid.query;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.catalog.Lake;
import io.polaroid.query.cluster.ClusterTables;
import io.polaroid.query.cluster.PartSender;
import io.polaroid.query.engine.EngineLimits;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.query.engine.Resources;
import io.polaroid.query.flight.TableFlightProducer;
import io.polaroid.query.grpc.DataFrameEndpoint;
import io.polaroid.query.grpc.Failures;
import io.polaroid.query.grpc.HealthWatch;
import io.polaroid.query.grpc.NotBuilt;
import io.polaroid.query.grpc.PipelineEndpoint;
import io.polaroid.query.grpc.StatisticsEndpoint;
import io.polaroid.query.memory.HeapRoom;
import io.polaroid.query.memory.SessionMemory;
import io.polaroid.query.plan.FileRoots;
import io.polaroid.query.plan.HandleStore;
import io.polaroid.query.plan.Plans;
import io.polaroid.query.run.KernelThreads;
import io.polaroid.query.run.ParquetFiles;
import io.polaroid.query.run.PlanRunner;
import io.polaroid.query.session.Session;
import io.polaroid.query.session.SessionThreads;
import io.polaroid.query.session.Uploads;
import io.polaroid.query.topic.TopicReader;
import io.polaroid.query.topic.TopicTable;
import io.polaroid.query.web.SqlApi;
import io.polaroid.query.web.WebServer;
import io.polaroid.store.read.LiveTables;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.v1.DataFrameServiceGrpc;
import io.polaroid.v1.PipelineServiceGrpc;
import io.polaroid.v1.StatisticsServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.auth.ServerAuthHandler;
import org.apache.arrow.memory.BufferAllocator;

/** Answers queries over gRPC, Arrow Flight and HTTP, until it is closed. */
public final class QueryServer implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 4 << 20;
    private static final int MAX_METADATA_BYTES = 16 << 10;
    private static final String FLIGHT_SERVICE = "arrow.flight.protocol.FlightService";
    private static final int QUERIES_PER_THREAD = 8;

    /** One session may fill this part of the memory for batches with tables of its own. */
    private static final int SESSIONS_SHARE = 2;

    private static final Duration HANDLE_TIME_TO_LIVE = Duration.ofMinutes(30);
    private static final Duration CLIENT_PATIENCE = Duration.ofMinutes(1);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Resources resources;
    private final int grpcPort;
    private final int httpPort;

    private QueryServer(Resources resources, int grpcPort, int httpPort) {
        this.resources = resources;
        this.grpcPort = grpcPort;
        this.httpPort = httpPort;
    }

    /**
     * Starts the server.
     *
     * @param live what this process has of the running pipeline's tables
     * @param status how the pipeline is doing
     * @param allocator what batches are made from, through a child of its own; must outlive the server
     * @param clock tells when handles are old
     */
    public static QueryServer open(
            QueryServerConfig config,
            LiveTables live,
            PipelineStatus status,
            BufferAllocator allocator,
            InstantSource clock) {
        var resources = new Resources();
        try {
            var buffers = resources.add(allocator.newChildAllocator("query", 0, allocator.getLimit()));
            var lake = new Lake(made(config.lakeRoots()));
            var tables = resources.add(new ClusterTables(live, buffers, config.queryTimeout()));
            var catalog = new Catalog(tables, topics(config), lake);
            var roots = FileRoots.of(config.fileRoots());
            var engine = resources.add(QueryEngine.open(limits(config, lake, roots), catalog, buffers));
            var handles = resources.add(new HandleStore(clock, HANDLE_TIME_TO_LIVE));
            var threads = threads(resources);
            resources.add(engine::cancelScans);
            var health = resources.add(new HealthWatch(
                    status,
                    List.of(DataFrameServiceGrpc.SERVICE_NAME, FLIGHT_SERVICE),
                    List.of(PipelineServiceGrpc.SERVICE_NAME, StatisticsServiceGrpc.SERVICE_NAME)));
            var plans = new Plans(engine, catalog, roots);
            var runner = new PlanRunner(
                    engine, buffers, resources.add(KernelThreads.of(config.threads())), HeapRoom.ofProcess());
            var files = new ParquetFiles(runner, FileRoots.of(config.writeRoots()));
            var uploads = new Uploads(handles, new SessionMemory(buffers.getLimit() / SESSIONS_SHARE), buffers);
            var flight = new TableFlightProducer(
                    runner, catalog, uploads, new PartSender(live, buffers), threads, CLIENT_PATIENCE);
            var server = NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.grpcPort()))
                    .executor(threads)
                    .maxInboundMessageSize(MAX_REQUEST_BYTES)
                    .maxInboundMetadataSize(MAX_METADATA_BYTES)
                    .addService(ours(new DataFrameEndpoint(plans, runner, uploads, files, threads, CLIENT_PATIENCE)))
                    .addService(ours(new PipelineEndpoint(catalog, status)))
                    .addService(ours(new StatisticsEndpoint(buffers)))
                    .addService(ServerInterceptors.intercept(flightService(buffers, flight, threads), new Session()))
                    .addService(health.service())
                    .addService(ProtoReflectionServiceV1.newInstance())
                    .addService(oldReflection())
                    .build()
                    .start();
            resources.add(() -> stop(server));
            var web = resources.add(WebServer.open(
                    config.host(), config.httpPort(), new SqlApi(engine, catalog), catalog, status, buffers));
            return new QueryServer(resources, server.getPort(), web.port());
        } catch (IOException e) {
            resources.close();
            throw new UncheckedIOException("cannot listen on " + config.host() + ":" + config.grpcPort(), e);
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    private static List<TopicTable> topics(QueryServerConfig config) {
        var reader = new TopicReader(config.bootstrapServers(), config.registry(), config.queryTimeout());
        var topics = new ArrayList<TopicTable>();
        config.topicTables().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> topics.add(
                        TopicTable.of(entry.getKey(), entry.getValue(), reader).orThrow()));
        return topics;
    }

    private static EngineLimits limits(QueryServerConfig config, Lake lake, FileRoots roots) {
        var folders = new ArrayList<>(roots.folders());
        folders.addAll(lake.roots().values());
        folders.addAll(FileRoots.of(config.writeRoots()).folders());
        return new EngineLimits(
                config.memoryLimitBytes(),
                config.threads(),
                config.threads() * QUERIES_PER_THREAD,
                config.queryTimeout(),
                folders);
    }

    private static Map<String, Path> made(Map<String, Path> roots) {
        var made = new HashMap<String, Path>();
        roots.forEach((table, root) -> made.put(table, made(root)));
        return made;
    }

    private static Path made(Path root) {
        try {
            return Files.createDirectories(root).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + root + " cannot be made", e);
        }
    }

    /** Platform threads: the engine blocks in native code, which would hold a virtual thread's carrier. */
    private static ExecutorService threads(Resources resources) {
        var threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("query-", 0).factory());
        resources.add(() -> {
            threads.shutdown();
            threads.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        });
        return threads;
    }

    private static io.grpc.ServerServiceDefinition ours(BindableService service) {
        return ServerInterceptors.intercept(service, new Session(), new Failures(), new NotBuilt());
    }

    /** The parameter for authentication is deprecated, and there is no way without it. */
    @SuppressWarnings("deprecation")
    private static BindableService flightService(
            BufferAllocator buffers, TableFlightProducer producer, ExecutorService threads) {
        // uploads run on these threads, and ask there whose call it is
        return FlightGrpcUtils.createFlightService(
                buffers, producer, ServerAuthHandler.NO_OP, new SessionThreads(threads));
    }

    /** The older protocol, which clients still ask first. */
    @SuppressWarnings("deprecation")
    private static BindableService oldReflection() {
        return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
    }

    private static void stop(Server server) throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
            server.shutdownNow();
            server.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The port that gRPC and Flight listen on. */
    public int grpcPort() {
        return grpcPort;
    }

    /** The port that the web server listens on. */
    public int httpPort() {
        return httpPort;
    }

    /** Ends running calls and frees everything. */
    @Override
    public void close() {
        resources.close();
    }
}
