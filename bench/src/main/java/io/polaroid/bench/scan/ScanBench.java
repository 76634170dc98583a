package io.polaroid.bench.scan;

import io.polaroid.bench.child.Ticks;
import io.polaroid.query.QueryServer;
import io.polaroid.query.QueryServerConfig;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.read.PipelineStatus;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.RootAllocator;

/**
 * CPU time and Arrow bytes of a server that sends a live table of trades over Flight to a client in another process: copied and
 * through the SQL engine (as all whole tables went before decision 36), lent to the SQL engine, and lent to Flight.
 *
 * <p>Arguments: rows (1000000), runs (15).
 */
public final class ScanBench {
    private static final int WARM_UP = 10;

    private ScanBench() {}

    /** A way to ask for the rows. */
    private record Way(String title, String ticket) {}

    private record Cost(double cpuMillis, double wallMillis, double megabytes) {}

    private static final class Allocated implements AllocationListener {
        private final AtomicLong bytes = new AtomicLong();

        @Override
        public void onAllocation(long size) {
            bytes.addAndGet(size);
        }
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        var allocated = new Allocated();
        var ways = List.of(
                new Way("copied, SQL engine", "SELECT * FROM copied"),
                new Way("lent, SQL engine", "SELECT * FROM lent"),
                new Way("lent, Flight", "lent"));
        try (var allocator = new RootAllocator(allocated, Long.MAX_VALUE);
                var table = Trades.of(rows, allocator);
                var server = QueryServer.open(
                        config(),
                        () -> List.of(table.named("copied", false), table.named("lent", true)),
                        new Ready(),
                        allocator,
                        InstantSource.system());
                var client = Client.start(server.grpcPort())) {
            var costs = new ArrayList<List<Cost>>();
            ways.forEach(way -> costs.add(new ArrayList<>()));
            for (int run = -WARM_UP; run < runs; run++) {
                for (int way = 0; way < ways.size(); way++) {
                    Cost cost = measure(client, ways.get(way).ticket(), rows, allocated);
                    if (run >= 0) {
                        costs.get(way).add(cost);
                    }
                }
            }
            print(System.out, rows, ways, costs);
        }
    }

    private static QueryServerConfig config() {
        return new QueryServerConfig(
                "127.0.0.1",
                0,
                0,
                Map.of(),
                List.of(),
                List.of(),
                "127.0.0.1:1",
                new InMemorySchemaRegistry(),
                Map.of(),
                1L << 30,
                2,
                Duration.ofSeconds(60));
    }

    private static Cost measure(Client client, String ticket, int rows, Allocated allocated) throws IOException {
        long bytes = allocated.bytes.get();
        Ticks before = Ticks.now();
        long read = client.scan(ticket);
        Ticks after = Ticks.now();
        if (read != rows) {
            throw new IllegalStateException(ticket + " gave " + read + " rows");
        }
        return new Cost(
                (after.cpuNanos() - before.cpuNanos()) / 1e6,
                (after.wallNanos() - before.wallNanos()) / 1e6,
                (allocated.bytes.get() - bytes) / 1e6);
    }

    private static void print(PrintStream out, int rows, List<Way> ways, List<List<Cost>> costs) {
        out.printf("%,d rows, medians of %d%n", rows, costs.getFirst().size());
        out.printf("%-20s %12s %12s %16s%n", "", "CPU ms", "wall ms", "Arrow MB made");
        for (int way = 0; way < ways.size(); way++) {
            var of = costs.get(way);
            out.printf(
                    "%-20s %12.1f %12.1f %16.2f%n",
                    ways.get(way).title(),
                    median(of.stream().map(Cost::cpuMillis).toList()),
                    median(of.stream().map(Cost::wallMillis).toList()),
                    median(of.stream().map(Cost::megabytes).toList()));
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** The other process, which is told tickets by its input and says how many rows it has read. */
    private record Client(Process process, BufferedWriter tickets, BufferedReader rows) implements AutoCloseable {
        static Client start(int port) throws IOException {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
            command.addAll(List.of(ScanClient.class.getName(), Integer.toString(port)));
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Client(process, process.outputWriter(), process.inputReader());
        }

        long scan(String ticket) throws IOException {
            tickets.write(ticket);
            tickets.newLine();
            tickets.flush();
            for (String line = rows.readLine(); line != null; line = rows.readLine()) {
                if (line.startsWith(ScanClient.ANSWER)) {
                    return Long.parseLong(line.substring(ScanClient.ANSWER.length()));
                }
            }
            throw new IOException("the client has ended");
        }

        @Override
        public void close() throws IOException, InterruptedException {
            tickets.close();
            process.waitFor();
        }
    }

    private record Ready() implements PipelineStatus {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public String application() {
            return "bench";
        }

        @Override
        public List<StreamStatus> streams() {
            return List.of();
        }

        @Override
        public List<ViewStatus> views() {
            return List.of();
        }

        @Override
        public List<FeedStatus> feeds() {
            return List.of();
        }
    }
}
