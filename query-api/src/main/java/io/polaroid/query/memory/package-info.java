/** Tables that the server holds for clients: shared, counted, and charged to the session that brought them. */
@NullMarked
package io.polaroid.query.memory;

import org.jspecify.annotations.NullMarked;
