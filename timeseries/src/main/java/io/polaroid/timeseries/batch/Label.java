package io.polaroid.timeseries.batch;

/** Which time a window is labelled with. */
public enum Label {
    /** Its lower bound. */
    LEFT,
    /** Its upper bound. */
    RIGHT,
    /** The time of its first row. */
    DATAPOINT
}
