/** Avro bytes to rows and back, and the one mapping between Avro and Arrow schemas. */
@NullMarked
package io.polaroid.schemas.avro;

import org.jspecify.annotations.NullMarked;
