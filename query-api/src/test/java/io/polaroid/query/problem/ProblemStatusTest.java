package io.polaroid.query.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.protobuf.StatusProto;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.ProblemCode.Blame;
import io.polaroid.timeseries.result.ProblemCode.Retry;
import java.util.Map;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every problem code on every protocol. */
class ProblemStatusTest {
    @ParameterizedTest
    @EnumSource
    void keepsSlugAndContextOnGrpc(ProblemCode code) throws Exception {
        var status = StatusProto.fromThrowable(
                GrpcProblems.status(new Problem(code, "what is wrong", Map.of("column", "price"))));
        assertThat(status.getMessage()).isEqualTo("what is wrong");
        var info = status.getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo(code.slug());
        assertThat(info.getDomain()).isEqualTo("polaroid");
        assertThat(info.getMetadataMap()).isEqualTo(Map.of("column", "price"));
        boolean again = status.getDetailsList().stream().anyMatch(detail -> detail.is(RetryInfo.class));
        assertThat(again).isEqualTo(code.retry() != Retry.NEVER);
    }

    @ParameterizedTest
    @EnumSource
    void saysTheSameOnAllProtocols(ProblemCode code) {
        var grpc = GrpcProblems.code(code);
        var flight = FlightProblems.code(code);
        int http = HttpProblems.status(code);
        assertThat(grpc).isNotIn(Code.OK, Code.UNKNOWN, Code.UNRECOGNIZED);
        assertThat(http).isBetween(400, 599);
        assertThat(grpc == Code.UNAVAILABLE)
                .isEqualTo(code.retry() != Retry.NEVER)
                .isEqualTo(flight == FlightStatusCode.UNAVAILABLE)
                .isEqualTo(http == 503);
        assertThat(grpc == Code.NOT_FOUND)
                .isEqualTo(flight == FlightStatusCode.NOT_FOUND)
                .isEqualTo(http == 404);
        if (code.blame() == Blame.CALLER) {
            assertThat(http).isLessThan(500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheSlugOnFlight(ProblemCode code) {
        var error = FlightProblems.error(Problem.of(code, "what is wrong"));
        assertThat(error.status().description()).isEqualTo(code.slug() + ": what is wrong");
        assertThat(error.status().metadata().get(FlightProblems.REASON)).isEqualTo(code.slug());
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheSlugOnHttp(ProblemCode code) {
        var body = HttpProblems.body(Problem.of(code, "what is wrong"));
        assertThat(body)
                .containsEntry("slug", code.slug())
                .containsEntry("status", HttpProblems.status(code))
                .containsEntry("detail", "what is wrong");
    }
}
