package io.polaroid.query.grpc;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.statistics.AdfTest;
import io.polaroid.timeseries.statistics.AutoLag;
import io.polaroid.timeseries.statistics.JohansenTest;
import io.polaroid.timeseries.statistics.MaxLag;
import io.polaroid.timeseries.statistics.Regression;
import io.polaroid.timeseries.statistics.RollingAdf;
import io.polaroid.timeseries.statistics.RollingJohansen;
import io.polaroid.v1.RollingAdfRequest;
import io.polaroid.v1.RollingJohansenRequest;
import java.util.Optional;

/** Requests for tests of series: their options and their defaults, and the tests of windows as operators. */
final class TestRequests {
    private static final int DEFAULT_DIFFERENCES = 1;
    private static final int MOST_ROWS = 100_000;

    private TestRequests() {}

    /** A test of the options as they are written; what is empty has its default. */
    static Result<AdfTest> adf(Optional<Integer> maxLag, String regression, String autoLag) {
        return Regression.parse(orElse(regression, "c"))
                .flatMap(terms -> AutoLag.parse(orElse(autoLag, "AIC"))
                        .map(chosen -> new AdfTest(maxLag.map(MaxLag::of).orElseGet(MaxLag::schwert), terms, chosen)));
    }

    static JohansenTest johansen(int detOrder, Optional<Integer> differences) {
        return new JohansenTest(detOrder, differences.orElse(DEFAULT_DIFFERENCES));
    }

    static Result<BatchOperator> rollingAdf(RollingAdfRequest request) {
        var maxLag = request.hasMaxlag() ? Optional.of(request.getMaxlag()) : Optional.<Integer>empty();
        return window(request.getWindowSize())
                .flatMap(window -> adf(maxLag, request.getRegression(), request.getAutolag())
                        .map(test -> new RollingAdf(request.getColumn(), window, test, request.getByList())));
    }

    static Result<BatchOperator> rollingJohansen(RollingJohansenRequest request) {
        var differences = request.hasKArDiff() ? Optional.of(request.getKArDiff()) : Optional.<Integer>empty();
        return window(request.getWindowSize())
                .map(window -> new RollingJohansen(
                        request.getColumnsList(),
                        window,
                        johansen(request.getDetOrder(), differences),
                        request.getByList()));
    }

    private static Result<Integer> window(long rows) {
        return rows > 0 && rows <= MOST_ROWS
                ? Result.ok((int) rows)
                : Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "window_size is " + rows + "; it can be 1 to " + MOST_ROWS + " rows");
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
