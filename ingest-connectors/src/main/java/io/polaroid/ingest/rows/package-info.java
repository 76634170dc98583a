/** Messages of a feed to rows: rules, cells, keys, and the reasons for which a message becomes a dead letter. Pure. */
@NullMarked
package io.polaroid.ingest.rows;

import org.jspecify.annotations.NullMarked;
