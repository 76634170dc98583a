/** Sessions: who a call is from, and what is kept for them. */
@NullMarked
package io.polaroid.query.session;

import org.jspecify.annotations.NullMarked;
