package io.polaroid.ingest.rows;

import com.fasterxml.jackson.core.JsonPointer;

/**
 * A column that a rule fills.
 *
 * @param index its position in the stream's schema
 * @param name its name
 * @param type what it takes
 * @param nullable whether a missing or null value is null
 * @param pointer where its value stands
 * @param unit the unit of epoch numbers
 */
record Column(int index, String name, ColumnType type, boolean nullable, JsonPointer pointer, EpochUnit unit) {}
