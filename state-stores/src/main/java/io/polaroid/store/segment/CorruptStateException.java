package io.polaroid.store.segment;

/** What is on disk is not what was written, or was written for something else. The state has to be rebuilt from its topic. */
public final class CorruptStateException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what is wrong with which file. */
    public CorruptStateException(String message) {
        super(message);
    }

    /** Says what is wrong with which file, and what found it. */
    public CorruptStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
