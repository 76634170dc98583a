/** Rows of streams that are not in their topics: what sinks have written, files of others, recorded replies of REST services. */
@org.jspecify.annotations.NullMarked
package io.polaroid.launcher.history;
