/** The result tier: results and windows in progress of one view partition, with a changelog of Arrow record batches. */
@NullMarked
package io.polaroid.store.result;

import org.jspecify.annotations.NullMarked;
