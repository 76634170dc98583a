/** Runs plans: what the SQL engine can do goes there as one statement, all other operations run over whole tables in memory. */
@NullMarked
package io.polaroid.query.run;

import org.jspecify.annotations.NullMarked;
