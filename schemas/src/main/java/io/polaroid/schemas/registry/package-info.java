/** The client seam of the schema registry, and its Confluent REST form. */
@NullMarked
package io.polaroid.schemas.registry;

import org.jspecify.annotations.NullMarked;
