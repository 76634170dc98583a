package io.polaroid.topology;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.topology.view.ViewOperator;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** An operator that is made anew from the stores at some commits, as after a restart: what it held besides is lost. */
final class RestartedOperator implements ViewOperator {
    private final Supplier<ViewOperator> make;
    private final BooleanSupplier when;
    private ViewOperator now;

    RestartedOperator(Supplier<ViewOperator> make, BooleanSupplier when) {
        this.make = make;
        this.when = when;
        this.now = make.get();
    }

    @Override
    public Decision onRow(String input, Accepted row) {
        return now.onRow(input, row);
    }

    @Override
    public Decision onRow(String input, AppliedRows rows, int index) {
        return now.onRow(input, rows, index);
    }

    @Override
    public void onProgress(String input, long progress, long offset) {
        now.onProgress(input, progress, offset);
    }

    @Override
    public long closesAt() {
        return now.closesAt();
    }

    @Override
    public long progress() {
        return now.progress();
    }

    @Override
    public long settledBefore() {
        return now.settledBefore();
    }

    @Override
    public long settlesAt() {
        return now.settlesAt();
    }

    @Override
    public long heapBytes() {
        return now.heapBytes();
    }

    @Override
    public long keepsFrom() {
        return now.keepsFrom();
    }

    @Override
    public void onFeed(ControlRecord control, long offset) {
        now.onFeed(control, offset);
    }

    /** Called right before a commit: what comes after it goes on from what is committed. */
    @Override
    public void refreshProvisional() {
        now.refreshProvisional();
        if (when.getAsBoolean()) {
            now = make.get();
        }
    }

    @Override
    public void flush() {
        now.flush();
    }
}
