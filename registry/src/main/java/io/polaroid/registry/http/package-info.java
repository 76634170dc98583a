/** The Confluent REST protocol over the registry's core. */
@NullMarked
package io.polaroid.registry.http;

import org.jspecify.annotations.NullMarked;
