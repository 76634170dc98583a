/** Table operators over 10 million rows in memory, beside Polars and DuckDB over the same file: {@code bench/batch/compare.py}. */
@NullMarked
package io.polaroid.bench.batch;

import org.jspecify.annotations.NullMarked;
