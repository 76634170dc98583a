/** Problems to the status of each protocol, once per protocol. */
@NullMarked
package io.polaroid.query.problem;

import org.jspecify.annotations.NullMarked;
