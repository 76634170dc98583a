package io.polaroid.store.entry;

/** Entries that a cursor can go through: the table, as it changes, or a snapshot of it. */
sealed interface Entries permits EntryTable, EntrySnapshot {
    EntryCells cells();

    EntryOrder order(EntryRange.Sort sort);
}
