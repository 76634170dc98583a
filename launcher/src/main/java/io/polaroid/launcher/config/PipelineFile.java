package io.polaroid.launcher.config;

import io.polaroid.topology.pipeline.Pipeline;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline file that is right as a whole.
 *
 * @param pipeline streams and views
 * @param engine how each instance runs it
 * @param bootstrap brokers; empty for the embedded one
 * @param registry schema registry; empty for the embedded one
 * @param sources the feeds, in the order of the file
 * @param sinks the sinks, in the order of the file
 */
public record PipelineFile(
        Pipeline pipeline,
        EngineSpec engine,
        Optional<String> bootstrap,
        Optional<URI> registry,
        List<WebSocketSpec> sources,
        List<ParquetSpec> sinks) {
    public PipelineFile {
        sources = List.copyOf(sources);
        sinks = List.copyOf(sinks);
    }
}
