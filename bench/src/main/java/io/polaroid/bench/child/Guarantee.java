package io.polaroid.bench.child;

import java.util.Locale;

/** What survives a crash. */
public enum Guarantee {
    /** At least once. */
    ALOS,
    /** Exactly once. */
    EOS;

    /** Its name on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The guarantee of this name. */
    public static Guarantee of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}
