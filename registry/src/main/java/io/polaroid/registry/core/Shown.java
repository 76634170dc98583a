package io.polaroid.registry.core;

/** Which versions a listing shows. */
public enum Shown {
    /** Those that are not deleted. */
    LIVE,
    /** Softly deleted ones too. */
    ALL;

    boolean shows(SchemaVersion version) {
        return this == ALL || !version.deleted();
    }
}
