package io.polaroid.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.store.read.LiveTables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that go out over Flight as they lie in the store. */
class LentTableTest {
    private static final int ROWS = 400_000;

    private final Counted counted = new Counted();
    private final BufferAllocator clients = new RootAllocator();
    private BufferAllocator allocator = clients;
    private LentTable table;
    private QueryServer server;
    private FlightClient client;

    /** Bytes of all buffers that were made. */
    private static final class Counted implements AllocationListener {
        private long bytes;

        @Override
        public synchronized void onAllocation(long size) {
            bytes += size;
        }

        synchronized long bytes() {
            return bytes;
        }
    }

    @BeforeEach
    void start() {
        allocator = new RootAllocator(counted, 512L << 20);
        table = new LentTable("trades", ROWS, allocator);
        LiveTables live = () -> List.of(table);
        server = QueryServer.open(
                Servers.config(Map.of(), List.of(), Map.of()), live, new FakeStatus(true), allocator, Servers.CLOCK);
        client = FlightClient.builder(clients, Location.forGrpcInsecure("127.0.0.1", server.grpcPort()))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        table.close();
        allocator.close();
        clients.close();
    }

    private FlightStream open(String ticket) {
        return client.getStream(new Ticket(ticket.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertAllRows(FlightStream stream) {
        long next = 0;
        while (stream.next()) {
            var ids = (BigIntVector) stream.getRoot().getVector("trade_id");
            var symbols = (VarCharVector) stream.getRoot().getVector("symbol");
            for (int i = 0; i < stream.getRoot().getRowCount(); i++) {
                assertThat(ids.get(i)).isEqualTo(next);
                assertThat(new String(symbols.get(i), StandardCharsets.UTF_8)).isEqualTo("S" + next % 100);
                next++;
            }
        }
        assertThat(next).isEqualTo(ROWS);
    }

    @Test
    void giveTheSameColumnsAndRowsAsTheEngineDoes() throws Exception {
        try (var lies = open("trades");
                var asked = open("SELECT * FROM trades ORDER BY _offset")) {
            assertThat(lies.getSchema()).isEqualTo(asked.getSchema());
            assertThat(client.getSchema(FlightDescriptor.path("trades")).getSchema())
                    .isEqualTo(lies.getSchema());
            assertAllRows(lies);
            assertAllRows(asked);
        }
    }

    @Test
    void takeTheMemoryOfTheirTextsOnly() throws Exception {
        // Given that the engine has been asked for the columns
        try (var first = open("trades")) {
            assertAllRows(first);
        }
        long before = counted.bytes();
        try (var stream = open("trades")) {
            assertAllRows(stream);
        }
        // 5 columns of 8 and 4 bytes lie as they go out; bitmaps of cells go as they are
        assertThat(counted.bytes() - before).isBetween(1L, ROWS * 16L);
    }

    @Test
    void stayForAReaderWhenTheStoreHasLetThemGo() throws Exception {
        try (var stream = open("trades")) {
            assertThat(stream.next()).isTrue();
            int first = stream.getRoot().getRowCount();
            table.empty();
            long rows = first;
            while (stream.next()) {
                rows += stream.getRoot().getRowCount();
            }
            assertThat(rows).isEqualTo(ROWS);
        }
    }

    @Test
    void areTakenFromReadersWhoHoldTooMuchThatHasLeftTheStore() throws Exception {
        // Given clients that read nothing, and hold more than an eighth of the memory when all rows have left
        var slow = new ArrayList<FlightStream>();
        for (int i = 0; i < 5; i++) {
            var stream = open("trades");
            assertThat(stream.next()).isTrue();
            slow.add(stream);
        }
        table.empty();
        // Then one of them is told so, and no store waits for it
        assertThatThrownBy(() -> {
                    while (true) {
                        Thread.sleep(400);
                        for (FlightStream stream : slow) {
                            if (!stream.next()) {
                                throw new AssertionError("it was read to its end");
                            }
                        }
                    }
                })
                .isInstanceOfSatisfying(FlightRuntimeException.class, e -> {
                    assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
                    assertThat(e.status().description()).contains("read too slowly");
                });
        for (FlightStream stream : slow) {
            stream.cancel("enough", null);
            stream.close();
        }
    }
}
