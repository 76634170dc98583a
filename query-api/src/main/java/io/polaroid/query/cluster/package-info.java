/**
 * Tables whose partitions lie in several processes of one application.
 *
 * <p>Entry point: {@link io.polaroid.query.cluster.ClusterTables}, which all queries read from. What a process does not have it fetches
 * from the others over Flight, by a ticket that only asks for what the other has itself.
 */
@NullMarked
package io.polaroid.query.cluster;

import org.jspecify.annotations.NullMarked;
