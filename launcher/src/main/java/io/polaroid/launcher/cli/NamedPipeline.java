package io.polaroid.launcher.cli;

import io.polaroid.launcher.config.Loaded;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.launcher.config.PipelineLoader;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.util.Map;

/**
 * The pipeline file that a command line names.
 *
 * @param path the file
 * @param environment what its {@code ${NAME}} stand for
 */
record NamedPipeline(Path path, Map<String, String> environment) {
    /** What a command does with a file that is right; its exit code. */
    interface Use {
        int of(PipelineFile file) throws Exception;
    }

    /** Loads the file; says its mistakes, a line each, if it has any. */
    int load(Console console, Use use) throws Exception {
        return switch (PipelineLoader.load(path, environment)) {
            case Loaded.Wrong wrong -> {
                wrong.mistakes().forEach(mistake -> console.error(mistake.toString()));
                yield ExitCode.WRONG_USE;
            }
            case Loaded.Right right -> use.of(right.file());
        };
    }

    /**
     * A view of it.
     *
     * @throws PolaroidException {@code INVALID_ARGUMENT} if it has none of that name
     */
    ViewSpec view(PipelineFile file, String name) {
        var views = file.pipeline().views();
        ViewSpec view = views.get(name);
        if (view == null) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.INVALID_ARGUMENT,
                    "%s has no view \"%s\"; it has %s"
                            .formatted(path, name, String.join(", ", views.sequencedKeySet()))));
        }
        return view;
    }
}
