/** What it costs to send a live table over Flight: as it lies in the store, and through the SQL engine. */
@NullMarked
package io.polaroid.bench.scan;

import org.jspecify.annotations.NullMarked;
