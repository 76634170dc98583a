/**
 * The only package that names internal types of Kafka Streams (4.3.1): one type per seam, each with a contract test that
 * fails when a Kafka upgrade changes what we rely on.
 */
@NullMarked
package io.polaroid.store.internals;

import org.jspecify.annotations.NullMarked;
