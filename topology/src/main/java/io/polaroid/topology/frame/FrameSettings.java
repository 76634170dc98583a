package io.polaroid.topology.frame;

/**
 * How many rows become one frame. Only what one poll returned is joined, so frames add no latency.
 *
 * @param maxRows most rows of a frame; 1 makes frames of one row, with the same results and more CPU time
 * @param maxBytes a frame that has this many bytes of keys, values and headers takes no further row
 */
public record FrameSettings(int maxRows, int maxBytes) {
    private static final int ROWS = 4_096;
    private static final int BYTES = 1 << 20;

    public FrameSettings {
        if (maxRows < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "a frame has at least one row; got " + maxRows + " rows, " + maxBytes + " bytes");
        }
    }

    /** Frames of up to 4,096 rows and about 1 MiB. */
    public static FrameSettings standard() {
        return new FrameSettings(ROWS, BYTES);
    }

    /** Frames of up to this many rows. */
    public static FrameSettings ofRows(int maxRows) {
        return new FrameSettings(maxRows, BYTES);
    }

    /** Whether frames have more than one row. */
    public boolean joins() {
        return maxRows > 1;
    }
}
