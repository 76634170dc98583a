package io.polaroid.query.flight;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.cluster.PartSender;
import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.engine.Sql;
import io.polaroid.query.flight.FlightTicket.Asked;
import io.polaroid.query.problem.FlightProblems;
import io.polaroid.query.run.PlanRunner;
import io.polaroid.query.session.Session;
import io.polaroid.query.session.Uploads;
import io.polaroid.store.read.LiveTable;
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
 * command (anything that a ticket may be); ListFlights; DoPut of a table into a new handle. What is not built says so.
 */
public final class TableFlightProducer extends NoOpFlightProducer {
    private final PlanRunner runner;
    private final Uploads uploads;
    private final Catalog catalog;
    private final FlightTicket tickets;
    private final PartSender parts;
    private final ExecutorService threads;
    private final Duration patience;

    /**
     * A producer.
     *
     * @param parts sends other processes what is in this one
     * @param threads where results are streamed from: never the call's own thread, on which gRPC also says that the client is
     *     ready for more
     * @param patience how long a client may read nothing before its stream ends
     */
    public TableFlightProducer(
            PlanRunner runner,
            Catalog catalog,
            Uploads uploads,
            PartSender parts,
            ExecutorService threads,
            Duration patience) {
        this.parts = parts;
        this.runner = runner;
        this.catalog = catalog;
        this.uploads = uploads;
        this.tickets = new FlightTicket(catalog, uploads.handles());
        this.threads = threads;
        this.patience = patience;
    }

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
        var control = new QueryControl();
        var gate = new ReadyGate(listener, control);
        var stream = new FlightStream(listener, gate, control, patience);
        threads.execute(() -> stream.run(() -> tickets.asked(ticket.getBytes()).flatMap(asked -> switch (asked) {
            case Asked.Text(var sql) -> runner.engine().query(sql, control).flatMap(stream::send);
            case Asked.Whole(var table) -> runner.engine().table(table, control).flatMap(stream::send);
            case Asked.Planned(var plan) -> runner.run(plan, control).flatMap(stream::send);
            case Asked.Parts(var wanted) -> parts.send(wanted, listener, () -> gate.await(patience));
        })));
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        return info(descriptor, schema(descriptor), ticket(descriptor));
    }

    @Override
    public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
        return new SchemaResult(schema(descriptor));
    }

    private Schema schema(FlightDescriptor descriptor) {
        return orError(asked(descriptor).flatMap(asked -> switch (asked) {
            case Asked.Text(var sql) -> runner.engine().describe(sql);
            case Asked.Whole(var table) -> runner.engine().describe("SELECT * FROM " + Sql.name(table));
            case Asked.Planned(var plan) -> Result.ok(plan.schema());
            case Asked.Parts(var wanted) -> catalog.live(wanted.table()).map(LiveTable::schema);
        }));
    }

    @Override
    public void listFlights(CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
        for (var relation : catalog.relations()) {
            var descriptor = FlightDescriptor.path(relation.name());
            listener.onNext(info(descriptor, relation.schema(), ticket(descriptor)));
        }
        listener.onCompleted();
    }

    private Result<Asked> asked(FlightDescriptor descriptor) {
        if (descriptor.isCommand()) {
            return tickets.asked(descriptor.getCommand());
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
        return new TableUpload(uploads, Session.current(), flightStream, ackStream);
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
