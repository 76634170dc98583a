package io.polaroid.launcher.config;

import io.polaroid.topology.app.ClusterSettings;
import io.polaroid.topology.app.StateSettings;
import io.polaroid.topology.frame.FrameSettings;

/**
 * How each instance runs a pipeline.
 *
 * @param cluster how instances share the partitions
 * @param state what their stores may take
 * @param frames how many rows are handed to processors at once
 */
public record EngineSpec(ClusterSettings cluster, StateSettings state, FrameSettings frames) {}
