/** Seeded generators for the tests of the functional core. */
package io.polaroid.timeseries;
