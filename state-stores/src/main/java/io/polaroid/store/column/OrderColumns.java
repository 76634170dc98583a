package io.polaroid.store.column;

/**
 * The columns of whole numbers by which rows are found; none of them changes once its row is there.
 *
 * @param series number of the series
 * @param time event time
 * @param order what orders rows of equal series and time
 */
public record OrderColumns(int series, int time, int order) {}
