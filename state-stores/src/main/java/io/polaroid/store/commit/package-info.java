/**
 * Read-committed visibility: what a store flushed becomes visible when the commit that follows has gone through.
 *
 * <p>Entry points: {@link io.polaroid.store.commit.CommitGate}, which a stream thread passes through, and
 * {@link io.polaroid.store.commit.Committed}, which holds the visible state of one store;
 * {@link io.polaroid.store.commit.UnendedTransactions} knows of commits that nobody will end.
 */
@NullMarked
package io.polaroid.store.commit;

import org.jspecify.annotations.NullMarked;
