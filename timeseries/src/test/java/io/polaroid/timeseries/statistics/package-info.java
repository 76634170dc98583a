/** Tests of the statistical tests: against statsmodels, and by what must hold for any series. */
package io.polaroid.timeseries.statistics;
