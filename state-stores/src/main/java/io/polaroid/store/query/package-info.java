/**
 * Queries of stores through {@code KafkaStreams.query} whose results are Arrow rows.
 *
 * <p>Entry point: {@link io.polaroid.store.query.ArrowQuery}. Results show what is committed, and belong to the asker.
 */
@NullMarked
package io.polaroid.store.query;

import org.jspecify.annotations.NullMarked;
