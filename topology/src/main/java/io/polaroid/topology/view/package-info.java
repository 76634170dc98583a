/** What views do with each row, over the stores and without Kafka. */
@NullMarked
package io.polaroid.topology.view;

import org.jspecify.annotations.NullMarked;
