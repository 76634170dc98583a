package io.polaroid.store;

import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.row.Row;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.streams.processor.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * Results and windows in progress of one partition of a view, as an Arrow table upserted by (series, time, sequence), with
 * the view's counts. What changed is logged as Arrow record batches once per commit, in the hook that runs before the
 * transaction commits, and becomes visible to snapshots when that transaction has committed.
 *
 * <p>Columns are the result columns of the view's schema and, behind them and hidden from snapshots, the slots of windows in
 * progress. Row numbers are stable until {@link #expireBefore}. Stream thread only, but for snapshots.
 */
public interface ResultTier extends StateStore {
    /** The result columns. */
    Schema resultSchema();

    /** The row of this result, or -1. {@code sequence} tells apart results of equal time (row offset), else 0. */
    int find(String series, long timeNanos, long sequence);

    /** A new row for a result that {@link #find} does not know: all cells null, all slots zero. */
    int insert(String series, long timeNanos, long sequence);

    /**
     * Rows for results that {@link #find} does not know, all of one time and of sequence 0.
     *
     * @param staged their cells and slots, rows 0 to {@code count - 1}
     * @param series their series
     */
    void insertAll(StagedResults staged, String[] series, int count, long timeNanos);

    /** Room for results on their way to {@link #insertAll} or {@link #upsertAll}; used again and again. */
    StagedResults stage();

    /** Number of a series in this store, the same for as long as it is open. */
    int seriesNumber(String series);

    /**
     * Sets all cells and slots of results: new rows for those that are not {@linkplain StagedResults#isKnown known}.
     *
     * @param staged their keys, cells and slots, rows 0 to {@code count - 1}
     */
    void upsertAll(StagedResults staged, int count);

    /** Series of a row. */
    String series(int row);

    /** Time of a row, ns since 1970 UTC. */
    long timeNanos(int row);

    /** Sequence of a row. */
    long sequence(int row);

    /** Sets a result cell (boxed as {@link Row#valueAt} gives it); null clears it. */
    void set(int row, int column, @Nullable Object value);

    /** The result cells of a row; a cursor, valid until the next call. */
    Row result(int row);

    /** The slots of a row; a cursor, valid until the next call. Setting one marks the row as changed. */
    Slots slots(int row);

    /** Whether the row's slots were kept: see {@link StagedResults#clearSlots}. */
    boolean hasSlots(int row);

    /** Copies all slots of a row into arrays, from these positions on. */
    void readSlots(int row, double[] doubles, int firstDouble, long[] longs, int firstLong);

    /** Sets all slots of a row from arrays, from these positions on. */
    void writeSlots(int row, double[] doubles, int firstDouble, long[] longs, int firstLong);

    /** Whether the row's revision cell is null. */
    boolean isProvisional(int row);

    /** All live rows in no order. */
    void forEachRow(IntConsumer action);

    /** Rows changed since the last flush, in order of their first change. */
    void forEachChanged(IntConsumer action);

    /** The count of this name. */
    long count(String name);

    /** Adds one to the count of this name. */
    default void increment(String name) {
        increment(name, 1);
    }

    /** Adds to the count of this name. */
    void increment(String name, long by);

    /** The counts as of the last commit, by name. May be called from any thread. */
    Map<String, Long> committedCounts();

    /**
     * Notes how far the view has read: the last offset of its first input and the progress that closes its results. Kept and
     * restored with the results, and told with snapshots.
     */
    void reached(long inputOffset, long progressNanos);

    /**
     * Drops results with a time below this, and their changelog records. Row numbers change. Such results cannot be inserted
     * any more; a time below an earlier one does nothing.
     */
    void expireBefore(long timeNanos);

    /** Whether results of this time have expired. */
    boolean isExpired(long timeNanos);

    /**
     * Takes the positions of these as its own at each flush: of a view that has taken in all that they have whenever a commit
     * can come. A processor says so in its {@code init}, which may run more than once.
     */
    void reads(List<RowTier> rowTiers);

    /**
     * Calls {@code action} before each flush, so that changed results can be sent downstream in the same transaction. A
     * processor registers it in its {@code init}, which may run more than once; the newest action takes the place of others.
     */
    void beforeFlush(Runnable action);

    /**
     * Counts what the view holds on the heap beside its results against {@link StoreLimits}: stores write to disk the sooner for it.
     *
     * @param heapBytes asked before and after each commit, on the store's thread
     */
    void countBeside(LongSupplier heapBytes);
}
