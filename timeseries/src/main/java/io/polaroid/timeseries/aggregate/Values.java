package io.polaroid.timeseries.aggregate;

/** The values of an argument for the rows of a block that have one. */
final class Values {
    int[] slots = {};
    int[] rows = {};
    int count;
    final double[] numbers = new double[RowBlock.SIZE];
    final long[] wholes = new long[RowBlock.SIZE];

    private final boolean[] missing = new boolean[RowBlock.SIZE];
    private final int[] keptSlots = new int[RowBlock.SIZE];
    private final int[] keptRows = new int[RowBlock.SIZE];

    /** Reads a block; rows without a value are left out. */
    void read(RowBlock block, Loader loader) {
        boolean any = loader.load(block, this, missing);
        if (!any) {
            slots = block.slots;
            rows = block.rows;
            count = block.count;
            return;
        }
        int kept = 0;
        for (int i = 0; i < block.count; i++) {
            keptSlots[kept] = block.slots[i];
            keptRows[kept] = block.rows[i];
            numbers[kept] = numbers[i];
            wholes[kept] = wholes[i];
            kept += missing[i] ? 0 : 1;
            missing[i] = false;
        }
        slots = keptSlots;
        rows = keptRows;
        count = kept;
    }
}
