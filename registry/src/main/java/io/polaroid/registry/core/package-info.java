/** What a schema registry decides, as values: state, events, decisions; no Kafka, no HTTP. */
@NullMarked
package io.polaroid.registry.core;

import org.jspecify.annotations.NullMarked;
