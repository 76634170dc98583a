package io.polaroid.store.result;

/**
 * What is true of a view's results at one commit.
 *
 * @param state what it knows beside its rows
 * @param series how many series there were
 */
record ResultFacts(ViewState state, int series) {}
