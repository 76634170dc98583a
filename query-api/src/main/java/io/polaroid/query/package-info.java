/** One server for gRPC, Flight, REST and the page. */
@NullMarked
package io.polaroid.query;

import org.jspecify.annotations.NullMarked;
