package io.polaroid.store.read;

import java.util.List;
import java.util.Optional;

/** The tables of a running pipeline, in the order in which it declares them. */
public interface LiveTables {
    /** All tables. */
    List<LiveTable> tables();

    /** The table of this name. */
    default Optional<LiveTable> table(String name) {
        return tables().stream().filter(table -> table.name().equals(name)).findFirst();
    }
}
