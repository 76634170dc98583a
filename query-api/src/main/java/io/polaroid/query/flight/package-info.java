/** Arrow Flight: tables, SQL texts and handles as streams of record batches. */
@NullMarked
package io.polaroid.query.flight;

import org.jspecify.annotations.NullMarked;
