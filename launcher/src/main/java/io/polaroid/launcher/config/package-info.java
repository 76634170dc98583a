/**
 * The pipeline file as values: YAML with the line of every node, read into records, validated whole. Every mistake is
 * reported at once with file, line, path, what is wrong and what to do.
 */
@NullMarked
package io.polaroid.launcher.config;

import org.jspecify.annotations.NullMarked;
