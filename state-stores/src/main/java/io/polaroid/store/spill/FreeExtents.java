package io.polaroid.store.spill;

import io.polaroid.store.column.IntArray;

/** Extents that nobody uses, by class. */
final class FreeExtents {
    private final IntArray[] byClass;

    FreeExtents(int classes) {
        byClass = new IntArray[classes];
        for (int i = 0; i < classes; i++) {
            byClass[i] = new IntArray();
        }
    }

    boolean isEmpty(int extentClass) {
        return byClass[extentClass].size() == 0;
    }

    void add(int extentClass, int extent) {
        byClass[extentClass].add(extent);
    }

    int take(int extentClass) {
        return byClass[extentClass].removeLast();
    }
}
