package io.polaroid.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.store.read.Endpoint;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.LiveTables;
import io.polaroid.testsupport.Allocators;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers of one application of which each has some partitions. */
@ExtendWith(Allocators.class)
class ClusterTest {
    private static final int MANY = 70_000;

    private static QueryServer open(BufferAllocator allocator, LiveTable table) {
        LiveTables live = () -> List.of(table);
        return QueryServer.open(
                Servers.config(Map.of(), List.of(), Map.of()), live, new FakeStatus(true), allocator, Servers.CLOCK);
    }

    private static Endpoint at(QueryServer server) {
        return new Endpoint("127.0.0.1", server.grpcPort());
    }

    private static FakeLiveTable trades(int... partitions) {
        var table = FakeLiveTable.trades();
        for (int partition : partitions) {
            var rows = new ArrayList<List<Object>>();
            // More than go into one batch, and none at all
            int count = partition == 3 ? 0 : partition == 2 ? MANY : 2;
            for (int row = 0; row < count; row++) {
                rows.add(List.of("s" + partition, (long) row, 1.0, 100L + row, partition, (long) row));
            }
            table.with(partition, 0, count - 1, rows);
        }
        return table;
    }

    private static List<String> sql(QueryServer server, String sql, BufferAllocator allocator) throws Exception {
        try (var client = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.grpcPort()))
                        .build();
                var stream = client.getStream(new Ticket(sql.getBytes(StandardCharsets.UTF_8)))) {
            var rows = new ArrayList<String>();
            while (stream.next()) {
                stream.getRoot().contentToTSVString().lines().skip(1).forEach(rows::add);
            }
            return rows;
        }
    }

    private static final String COUNTS =
            "SELECT symbol, count(*) n, sum(_offset) FROM trades GROUP BY symbol ORDER BY symbol";

    @Test
    void eachAnswersForAllOrSaysWhatIsMissing(BufferAllocator allocator) throws Exception {
        var first = new PartialTable(trades(0, 1), 4);
        var second = new PartialTable(trades(2, 3), 4);
        var third = new PartialTable(trades(1, 3), 4);
        try (var one = open(allocator, first)) {
            Endpoint gone;
            try (var two = open(allocator, second);
                    var three = open(allocator, third)) {
                // Given that each knows where the others' partitions are, one of which is not where it is said to be
                // first
                first.owners().put(2, List.of(at(two)));
                first.owners().put(3, List.of(at(three), at(two)));
                second.owners().put(0, List.of(at(three), at(one)));
                second.owners().put(1, List.of(at(one)));
                // Then all say the same
                var all = List.of("s0\t2\t1", "s1\t2\t1", "s2\t70000\t2449965000");
                assertThat(sql(one, COUNTS, allocator)).isEqualTo(all);
                assertThat(sql(two, COUNTS, allocator)).isEqualTo(all);
                assertThat(sql(one, "SELECT * FROM trades", allocator)).hasSize(MANY + 4);
                // And who does not know says so
                assertThatThrownBy(() -> sql(three, COUNTS, allocator))
                        .isInstanceOf(FlightRuntimeException.class)
                        .hasMessageContaining("table trades cannot answer yet, 2 of 4 partitions are missing")
                        .hasMessageContaining("partition 0 is not in this process")
                        .hasMessageContaining("partition 2 is not in this process");
                second.owners().put(0, List.of(at(three)));
                assertThatThrownBy(() -> sql(two, COUNTS, allocator))
                        .hasMessageContaining("1 of 4 partitions are missing: partition 0 is not in this process, and"
                                + " not at " + at(three));
                gone = at(two);
            }
            // When the other process is away
            first.owners().put(3, List.of(gone));
            assertThatThrownBy(() -> sql(one, COUNTS, allocator))
                    .hasMessageContaining("2 of 4 partitions are missing: partition 2 is not in this process, and "
                            + gone + " does not answer: ");
        }
    }

    @Test
    void refusesOtherTablesOfTheSameName(BufferAllocator allocator) throws Exception {
        var first = new PartialTable(FakeLiveTable.bars().with(0, 0, -1, List.of()), 2);
        try (var one = open(allocator, first);
                var two = open(allocator, new PartialTable(FakeLiveTable.trades(), 2));
                var three = open(
                        allocator,
                        FakeLiveTable.named("bars_1s", FakeLiveTable.TRADES).with(1, 0, -1, List.of()))) {
            first.owners().put(1, List.of(at(two), at(three)));
            assertThatThrownBy(() -> sql(one, "SELECT * FROM bars_1s", allocator))
                    .hasMessageContaining("there is no stream or view bars_1s")
                    .hasMessageContaining("it has other columns of bars_1s, so it runs another pipeline");
        }
    }

    @Test
    void refusesWrongTickets(BufferAllocator allocator) throws Exception {
        try (var one = open(allocator, trades(0))) {
            assertThatThrownBy(() -> sql(one, "{\"parts_of\": \"trades\", \"partitions\": [0, -1]}", allocator))
                    .hasMessageContaining("partitions are whole numbers, not -1");
            assertThat(sql(one, "{\"parts_of\": \"trades\", \"partitions\": [0, 7]}", allocator))
                    .hasSize(2);
        }
    }
}
