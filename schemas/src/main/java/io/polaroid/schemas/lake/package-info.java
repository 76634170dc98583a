/** The files that a Parquet sink leaves: names, and the manifest that readers and a restart believe. */
@NullMarked
package io.polaroid.schemas.lake;

import org.jspecify.annotations.NullMarked;
