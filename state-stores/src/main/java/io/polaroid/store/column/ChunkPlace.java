package io.polaroid.store.column;

/**
 * Where the rows of a chunk lie on disk.
 *
 * @param segment number of the segment file
 * @param batch number of the record batch in it
 */
public record ChunkPlace(long segment, int batch) {}
