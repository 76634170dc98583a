package io.polaroid.query.cluster;

import io.polaroid.store.read.Endpoint;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.store.read.TableSnapshot.Part;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/** Fetches rows of partitions from other processes. One connection to each is kept. */
final class PartFetcher implements AutoCloseable {
    private final BufferAllocator allocator;
    private final Duration patience;
    private final Map<Endpoint, FlightClient> clients = new ConcurrentHashMap<>();

    /**
     * A fetcher.
     *
     * @param patience how long another process may take for all of its answer
     */
    PartFetcher(BufferAllocator allocator, Duration patience) {
        this.allocator = allocator;
        this.patience = patience;
    }

    /** The rows that a process has of these partitions, which the caller closes; or why it does not answer. */
    Result<TableSnapshot> fetch(Endpoint from, LiveTable table, Set<Integer> partitions, BufferAllocator target) {
        var ticket = new Ticket(new PartTicket(table.name(), partitions).toBytes());
        var parts = new ArrayList<Part>();
        try (var stream =
                client(from).getStream(ticket, CallOptions.timeout(patience.toMillis(), TimeUnit.MILLISECONDS))) {
            check(table, stream.getSchema().getFields());
            while (stream.next()) {
                parts.add(taken(stream, target));
            }
            return Result.ok(new TableSnapshot(parts));
        } catch (FlightRuntimeException e) {
            return failed(from, parts, e.status().description(), e);
        } catch (Exception e) {
            return failed(from, parts, String.valueOf(e.getMessage()), e);
        }
    }

    private Result<TableSnapshot> failed(Endpoint from, List<Part> parts, String why, Exception failure) {
        new TableSnapshot(parts).close();
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return Result.err(Problem.of(ProblemCode.RESTORING, from + " does not answer: " + why));
    }

    private static void check(LiveTable table, List<Field> fields) {
        if (!fields.equals(table.schema().getFields())) {
            throw new IllegalArgumentException(
                    "it has other columns of " + table.name() + ", so it runs another pipeline: " + fields);
        }
    }

    /** Takes the vectors of the batch over; the stream fills its own again. */
    private static Part taken(FlightStream stream, BufferAllocator target) {
        var facts = PartFacts.read(stream.getLatestMetadata());
        var root = stream.getRoot();
        var vectors = new ArrayList<FieldVector>();
        for (FieldVector vector : root.getFieldVectors()) {
            var transfer = vector.getTransferPair(target);
            transfer.transfer();
            vectors.add((FieldVector) transfer.getTo());
        }
        return facts.with(new VectorSchemaRoot(root.getSchema().getFields(), vectors, root.getRowCount()));
    }

    private FlightClient client(Endpoint of) {
        return clients.computeIfAbsent(
                of,
                at -> FlightClient.builder(allocator, Location.forGrpcInsecure(at.host(), at.port()))
                        .build());
    }

    @Override
    public void close() throws InterruptedException {
        for (FlightClient client : clients.values()) {
            client.close();
        }
    }
}
