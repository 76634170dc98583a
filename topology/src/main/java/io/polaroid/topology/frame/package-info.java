/**
 * Frames: the rows that one poll returned for a partition, joined into a few records of Kafka Streams.
 *
 * <p>Entry points: {@link io.polaroid.topology.frame.FrameCoalescer}, which makes frames at the main consumer, and
 * {@link io.polaroid.topology.frame.RowFrame#of}, which reads them in a processor.
 *
 * <ul>
 *   <li>A frame stands under the offset of its <b>first</b> row. Kafka Streams commits the offset of the next record that it has
 *       not processed; under the last row's offset the other rows of a queued frame would be lost at a crash.
 *   <li>The offsets to commit when nothing is queued are passed on as the consumer gave them.
 *   <li>Kafka Streams handles failures by the record, which is now a frame: rows are handled one by one, anything thrown must fail.
 * </ul>
 */
@NullMarked
package io.polaroid.topology.frame;

import org.jspecify.annotations.NullMarked;
