package io.polaroid.query.flight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.query.problem.FlightProblems;
import io.polaroid.query.session.Uploads;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.memory.OutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One DoPut into a new handle: takes all batches, then says {@code {"handle": id}}. */
record TableUpload(Uploads uploads, String session, FlightStream incoming, StreamListener<PutResult> reply)
        implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TableUpload.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void run() {
        try {
            switch (received()) {
                case Result.Ok<String>(var handle) -> {
                    acknowledge(handle);
                    reply.onCompleted();
                }
                case Result.Err<String>(var problem) -> reply.onError(FlightProblems.error(problem));
            }
        } catch (OutOfMemoryException e) {
            reply.onError(FlightProblems.error(Problem.of(
                    ProblemCode.BUDGET_EXCEEDED, "the server has no memory left for this table: " + e.getMessage())));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a table could not be taken");
            reply.onError(FlightProblems.error(
                    Problem.of(ProblemCode.INTERNAL, "the table could not be taken; see the log")));
        }
    }

    private Result<String> received() {
        return uploads.begin(session, incoming.getSchema()).flatMap(upload -> {
            try (upload) {
                while (incoming.next()) {
                    if (upload.add(incoming.getRoot()) instanceof Result.Err<Long>(var problem)) {
                        return Result.err(problem);
                    }
                }
                return upload.finish();
            }
        });
    }

    private void acknowledge(String handle) {
        byte[] text = json(handle).getBytes(StandardCharsets.UTF_8);
        try (var metadata = uploads.allocator().buffer(text.length)) {
            metadata.writeBytes(text);
            reply.onNext(PutResult.metadata(metadata));
        }
    }

    private static String json(String handle) {
        try {
            return JSON.writeValueAsString(Map.of("handle", handle));
        } catch (JsonProcessingException e) {
            throw new PolaroidException(Problem.of(ProblemCode.INTERNAL, "a reply could not be written"), e);
        }
    }
}
