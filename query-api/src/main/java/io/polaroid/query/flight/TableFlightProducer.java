package io.polaroid.query.flight;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.query.plan.HandleStore;
import io.polaroid.query.problem.FlightProblems;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Flight over the query engine: DoGet of a table, a SQL text or a handle; GetFlightInfo and GetSchema of a path (a table) or a
 * command (anything that a ticket may be); ListFlights. What is not built says so.
 */
public final class TableFlightProducer extends NoOpFlightProducer {
    private final QueryEngine engine;
    private final Catalog catalog;
    private final FlightTicket tickets;
    private final ExecutorService threads;
    private final Duration patience;

    /**
     * A producer.
     *
     * @param threads where results are streamed from: never the call's own thread, on which gRPC also says that the client is
     *     ready for more
     * @param patience how long a client may read nothing before its stream ends
     */
    public TableFlightProducer(
            QueryEngine engine, Catalog catalog, HandleStore handles, ExecutorService threads, Duration patience) {
        this.engine = engine;
        this.catalog = catalog;
        this.tickets = new FlightTicket(catalog, handles);
        this.threads = threads;
        this.patience = patience;
    }

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
        var control = new QueryControl();
        var gate = new ReadyGate(listener, control);
        threads.execute(() -> new FlightStream(listener, gate, control, patience)
                .run(() -> tickets.sql(ticket.getBytes()).flatMap(sql -> engine.query(sql, control))));
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        var sql = orError(sql(descriptor));
        return info(descriptor, orError(engine.describe(sql)), ticket(descriptor));
    }

    @Override
    public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
        return new SchemaResult(orError(sql(descriptor).flatMap(engine::describe)));
    }

    @Override
    public void listFlights(CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
        for (var relation : catalog.relations()) {
            var descriptor = FlightDescriptor.path(relation.name());
            listener.onNext(info(descriptor, relation.schema(), ticket(descriptor)));
        }
        listener.onCompleted();
    }

    private Result<String> sql(FlightDescriptor descriptor) {
        if (descriptor.isCommand()) {
            return tickets.sql(descriptor.getCommand());
        }
        return tickets.table(String.join(".", descriptor.getPath()));
    }

    private static Ticket ticket(FlightDescriptor descriptor) {
        return descriptor.isCommand()
                ? new Ticket(descriptor.getCommand())
                : new Ticket(String.join(".", descriptor.getPath()).getBytes(StandardCharsets.UTF_8));
    }

    private static FlightInfo info(FlightDescriptor descriptor, Schema schema, Ticket ticket) {
        return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(ticket)), -1, -1);
    }

    private static <T> T orError(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Err<T>(var problem) -> throw FlightProblems.error(problem);
        };
    }

    @Override
    public Runnable acceptPut(
            CallContext context,
            org.apache.arrow.flight.FlightStream flightStream,
            StreamListener<org.apache.arrow.flight.PutResult> ackStream) {
        throw notBuilt("DoPut");
    }

    @Override
    public void doExchange(
            CallContext context, org.apache.arrow.flight.FlightStream reader, ServerStreamListener writer) {
        writer.error(notBuilt("DoExchange"));
    }

    private static RuntimeException notBuilt(String what) {
        return FlightProblems.error(Problem.of(ProblemCode.NOT_BUILT, what + " is not built yet"));
    }
}
