/** Views computed again in batch, over all rows of a partition: compared with what was published, or published where it differs. */
@org.jspecify.annotations.NullMarked
package io.polaroid.topology.prove;
