/** What runs inside a measured process: a contestant, its task, and what is measured of it. */
@NullMarked
package io.polaroid.bench.child;

import org.jspecify.annotations.NullMarked;
