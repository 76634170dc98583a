/**
 * A mutable table of Arrow columns with cheap immutable views.
 *
 * <p>Entry point: {@link io.polaroid.store.column.ColumnTable}. One thread writes; a {@link io.polaroid.store.column.TableView}
 * is safe to read from any thread, because rows that a view can see are never written in place: the chunk that holds them is
 * copied first.
 */
@NullMarked
package io.polaroid.store.column;

import org.jspecify.annotations.NullMarked;
