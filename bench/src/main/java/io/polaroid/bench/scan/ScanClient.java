package io.polaroid.bench.scan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.RootAllocator;

/** Reads what it is told to, a ticket a line, until its input ends. */
final class ScanClient {
    static final String ANSWER = "rows ";

    private ScanClient() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream answers = System.out;
        var location = Location.forGrpcInsecure("127.0.0.1", Integer.parseInt(arguments[0]));
        try (var allocator = new RootAllocator();
                var client = FlightClient.builder(allocator, location).build();
                var tickets = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String ticket = tickets.readLine(); ticket != null; ticket = tickets.readLine()) {
                answers.println(ANSWER + rows(client, ticket));
            }
        }
    }

    private static long rows(FlightClient client, String ticket) throws IOException {
        try (var stream = client.getStream(new Ticket(ticket.getBytes(StandardCharsets.UTF_8)))) {
            long rows = 0;
            while (stream.next()) {
                rows += stream.getRoot().getRowCount();
            }
            return rows;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
