/**
 * One server for gRPC, Flight, REST and the page.
 *
 * <p>Entry point: {@link io.polaroid.query.QueryServer#open}. It reads live tables through {@code io.polaroid.store.read} and
 * history through the manifests of Parquet sinks; it writes nothing.
 */
@NullMarked
package io.polaroid.query;

import org.jspecify.annotations.NullMarked;
