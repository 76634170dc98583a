package io.polaroid.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Flight client of Arrow's own against a server over fake tables. */
class FlightTest {
    private final BufferAllocator allocator = new RootAllocator();
    private QueryServer server;
    private FlightClient client;

    @BeforeEach
    void start() {
        var trades = FakeLiveTable.trades()
                .with(0, 0, 1, List.of(trade("A", 1, 10.0, 0, 0), trade("B", 2, 20.0, 0, 1)))
                .with(1, 0, 0, List.of(trade("C", 3, 30.0, 1, 0)));
        var bars = FakeLiveTable.bars().with(0, 0, 0, List.of(List.of("A", 1L, 10.0, 0, 1L, 1L)));
        server = Servers.open(allocator, trades, bars);
        client = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.grpcPort()))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        allocator.close();
    }

    private static List<Object> trade(String symbol, long ts, double price, int partition, long offset) {
        return List.of(symbol, ts, price, offset + 100, partition, offset);
    }

    private List<String> get(String ticket) throws Exception {
        try (var stream = client.getStream(new Ticket(ticket.getBytes(StandardCharsets.UTF_8)))) {
            var rows = new ArrayList<String>();
            while (stream.next()) {
                stream.getRoot().contentToTSVString().lines().skip(1).forEach(rows::add);
            }
            return rows;
        }
    }

    @Test
    void givesAllRowsOfATableByItsName() throws Exception {
        assertThat(get("trades"))
                .containsExactlyInAnyOrder("A\t1\t10.0\t100\t0\t0", "B\t2\t20.0\t101\t0\t1", "C\t3\t30.0\t100\t1\t0");
    }

    @Test
    void givesTheRowsOfSqlTextThatNamesTablesTwice() throws Exception {
        assertThat(get("SELECT t.symbol, b.close, (SELECT max(price) FROM trades) AS top "
                        + "FROM trades t JOIN bars_1s b USING (symbol)"))
                .containsExactly("A\t10.0\t30.0");
    }

    @Test
    void takesJsonTickets() throws Exception {
        assertThat(get("{\"table\": \"bars_1s\"}")).hasSize(1);
        assertThat(get("{\"sql\": \"SELECT count(*) AS n FROM trades\"}")).containsExactly("3");
        assertThatThrownBy(() -> get("{\"handle\": \"none\"}"))
                .isInstanceOfSatisfying(FlightRuntimeException.class, e -> {
                    assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
                    assertThat(e.status().metadata().get("polaroid-reason")).isEqualTo("unknown-handle");
                });
    }

    @Test
    void tellsTheColumnsOfTablesAndStatements() {
        assertThat(client.getInfo(FlightDescriptor.path("bars_1s")).getSchemaOptional())
                .hasValueSatisfying(schema -> assertThat(schema.getFields()).hasSize(6));
        assertThat(client.getInfo(FlightDescriptor.command("SELECT 1 AS one".getBytes(StandardCharsets.UTF_8)))
                        .getSchemaOptional())
                .hasValueSatisfying(
                        schema -> assertThat(schema.findField("one").getName()).isEqualTo("one"));
        var names = new ArrayList<String>();
        client.listFlights(Criteria.ALL)
                .forEach(flight -> names.add(flight.getDescriptor().getPath().getFirst()));
        assertThat(names).containsExactly("trades", "bars_1s");
    }

    @Test
    void suggestsTheNearestTable() {
        assertThatThrownBy(() -> get("SELECT * FROM trade")).isInstanceOfSatisfying(FlightRuntimeException.class, e -> {
            assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
            assertThat(e.status().description()).contains("unknown-table", "did you mean trades?");
        });
    }

    @Test
    void sendsLargeResultsWithoutHoldingThem() throws Exception {
        try (var stream = client.getStream(
                new Ticket("SELECT i, i * 2 AS twice FROM range(5000000) r(i)".getBytes(StandardCharsets.UTF_8)))) {
            long rows = 0;
            while (stream.next()) {
                rows += stream.getRoot().getRowCount();
            }
            assertThat(rows).isEqualTo(5_000_000);
        }
    }

    @Test
    void endsTheQueryWhenTheClientCancels() throws Exception {
        try (var stream = client.getStream(
                new Ticket("SELECT i FROM range(100000000000) r(i)".getBytes(StandardCharsets.UTF_8)))) {
            assertThat(stream.next()).isTrue();
            stream.cancel("enough", null);
        }
        assertThat(get("SELECT 1 AS one")).containsExactly("1");
    }
}
