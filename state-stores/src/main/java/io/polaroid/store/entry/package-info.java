/**
 * Entries of bytes in Arrow tables, kept in the order of their keys and of their times: what Kafka's own kinds of stores are
 * made of here.
 *
 * <p>Entry point: {@link io.polaroid.store.entry.EntryStore}. A row is written once: a new value is a new row, and the row that
 * it replaces is given up; so snapshots share all rows with the table, and nothing is copied for them.
 */
@NullMarked
package io.polaroid.store.entry;

import org.jspecify.annotations.NullMarked;
