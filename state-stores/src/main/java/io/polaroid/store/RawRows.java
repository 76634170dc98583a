package io.polaroid.store;

import org.jspecify.annotations.Nullable;

/** Records of one partition in offset order, as they stand in the topic. */
public interface RawRows {
    /** Partition of all. */
    int partition();

    /** How many. */
    int size();

    /** Offset of a record; offsets may have gaps. */
    long offset(int index);

    /** Key of a record. */
    byte @Nullable [] key(int index);

    /** Value of a record. */
    byte @Nullable [] value(int index);

    /** An array that holds the key; see {@link #keyFrom}. */
    byte[] keyBytes(int index);

    /** Where in {@link #keyBytes} the key begins. */
    int keyFrom(int index);

    /** Length of the key, -1 for none. */
    int keyLength(int index);

    /** An array that holds the value; see {@link #valueFrom}. */
    byte[] valueBytes(int index);

    /** Where in {@link #valueBytes} the value begins. */
    int valueFrom(int index);

    /** Length of the value, -1 for none. */
    int valueLength(int index);
}
