package io.polaroid.topology.view;

/**
 * The inputs of a join.
 *
 * @param left the left one
 * @param right the right one
 */
public record AsOfInputs(ViewInput left, ViewInput right) {}
