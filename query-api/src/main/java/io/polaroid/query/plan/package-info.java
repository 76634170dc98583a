/** Lazy plans as values, their validation, and the SQL text they compile to. */
@NullMarked
package io.polaroid.query.plan;

import org.jspecify.annotations.NullMarked;
