package io.polaroid.launcher.config;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import java.util.stream.Collectors;

/** What came of reading a pipeline file. */
public sealed interface Loaded {
    /** It is right. */
    record Right(PipelineFile file) implements Loaded {}

    /**
     * It is not.
     *
     * @param mistakes all of them, by line; never empty
     */
    record Wrong(List<Mistake> mistakes) implements Loaded {
        public Wrong {
            mistakes = List.copyOf(mistakes);
        }

        /** One line for each mistake. */
        public String text() {
            return mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n"));
        }
    }

    /** As a result, with all mistakes in one problem. */
    default Result<PipelineFile> toResult() {
        return switch (this) {
            case Right right -> Result.ok(right.file());
            case Wrong wrong -> Result.err(ProblemCode.INVALID_CONFIG, wrong.text());
        };
    }
}
