package io.polaroid.store.entry;

/**
 * One entry.
 *
 * @param key what tells it apart
 * @param value its bytes
 */
public record Entry(EntryKey key, byte[] value) {}
