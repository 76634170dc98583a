package io.polaroid.store.entry;

import io.polaroid.store.entry.EntryRange.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a stretch of entries. Where they change meanwhile, it goes on behind the entry that it gave last: what was removed
 * is not seen any more, and what was added behind it is.
 */
final class EntryCursor {
    private final Entries entries;
    private final EntryRange range;
    private @Nullable EntryKey last;
    private long position;
    private long version;
    private boolean ended;

    EntryCursor(Entries entries, EntryRange range) {
        this.entries = entries;
        this.range = range;
    }

    /** The next row, or -1 at the end. */
    int advance() {
        while (!ended) {
            EntryOrder order = entries.order(range.sort());
            position = range.direction() == Direction.FORWARD ? forward(order) : backward(order);
            version = order.version();
            if (position == EntryOrder.BEFORE || position == order.end() || isOutside(order.row(position))) {
                break;
            }
            int row = order.row(position);
            last = entries.cells().key(row);
            if (range.filter().test(last)) {
                return row;
            }
        }
        ended = true;
        return -1;
    }

    /** The entry in the row that was given last. */
    Entry entry() {
        int row = entries.order(range.sort()).row(position);
        return new Entry(entries.cells().key(row), entries.cells().value(row));
    }

    private long forward(EntryOrder order) {
        EntryCells cells = entries.cells();
        if (last == null) {
            return range.from().map(from -> order.ceiling(cells, from)).orElse(0L);
        }
        return version == order.version() ? order.next(position) : order.higher(cells, last);
    }

    private long backward(EntryOrder order) {
        EntryCells cells = entries.cells();
        if (last == null) {
            return range.to()
                    .map(to -> order.previous(order.ceiling(cells, to)))
                    .orElseGet(order::last);
        }
        return order.previous(version == order.version() ? position : order.ceiling(cells, last));
    }

    private boolean isOutside(int row) {
        EntryCells cells = entries.cells();
        EntrySort sort = entries.order(range.sort()).sort();
        return range.direction() == Direction.FORWARD
                ? range.to().map(to -> sort.compare(cells, row, to) >= 0).orElse(false)
                : range.from().map(from -> sort.compare(cells, row, from) < 0).orElse(false);
    }
}
