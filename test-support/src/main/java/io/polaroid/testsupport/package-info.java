/** Fixtures of the tests. */
@NullMarked
package io.polaroid.testsupport;

import org.jspecify.annotations.NullMarked;
