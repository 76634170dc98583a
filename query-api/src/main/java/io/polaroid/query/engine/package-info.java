/** DuckDB as the SQL engine: guarded statements, tables bound per query connection, results as Arrow batches that can be stopped. */
@NullMarked
package io.polaroid.query.engine;

import org.jspecify.annotations.NullMarked;
