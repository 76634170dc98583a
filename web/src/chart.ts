import {
  CandlestickSeries,
  CrosshairMode,
  HistogramSeries,
  LineSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { onlyTouchesEnd, mergeBars, type Bar } from "./candles";
import { pricePrecision } from "./format";

/** Draws bars: candles, their volume weighted price and their volume, in the colours of the page's style sheet. */
export class BarChart {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<"Candlestick">;
  private readonly vwap: ISeriesApi<"Line">;
  private readonly volume: ISeriesApi<"Histogram">;
  private bars: readonly Bar[] = [];
  private up = "";
  private down = "";

  constructor(
    private readonly container: HTMLElement,
    private readonly limit: number,
    onHover: (bar: Bar | null) => void,
  ) {
    this.chart = createChart(container, {
      autoSize: true,
      layout: { attributionLogo: true, fontFamily: getComputedStyle(container).fontFamily },
      crosshair: { mode: CrosshairMode.Normal },
      timeScale: { timeVisible: true, secondsVisible: true, rightOffset: 4, barSpacing: 7, minBarSpacing: 0.5 },
      rightPriceScale: { scaleMargins: { top: 0.06, bottom: 0.24 } },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, { borderVisible: false });
    this.vwap = this.chart.addSeries(LineSeries, { lineWidth: 1, priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false });
    this.volume = this.chart.addSeries(HistogramSeries, { priceScaleId: "volume", priceFormat: { type: "volume" }, priceLineVisible: false, lastValueVisible: false });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.chart.subscribeCrosshairMove((move) => onHover(this.barAt(move.time)));
    this.retint();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.retint());
  }

  /** The bars on show, in order of time. */
  get shown(): readonly Bar[] {
    return this.bars;
  }

  replace(bars: readonly Bar[]): void {
    this.bars = mergeBars([], bars, this.limit);
    this.redraw();
    this.chart.timeScale().scrollToRealTime();
  }

  add(more: readonly Bar[]): void {
    const atEnd = onlyTouchesEnd(this.bars, more);
    this.bars = mergeBars(this.bars, more, this.limit);
    if (!atEnd) {
      this.redraw();
      return;
    }
    for (const bar of more) {
      this.candles.update(candleOf(bar));
      this.volume.update(this.volumeOf(bar));
      if (bar.vwap !== null) {
        this.vwap.update({ time: timeOf(bar), value: bar.vwap });
      }
    }
  }

  private redraw(): void {
    this.applyPrecision();
    this.candles.setData(this.bars.map(candleOf));
    this.volume.setData(this.bars.map((bar) => this.volumeOf(bar)));
    this.vwap.setData(this.bars.flatMap((bar) => (bar.vwap === null ? [] : [{ time: timeOf(bar), value: bar.vwap }])));
  }

  private applyPrecision(): void {
    const last = this.bars.at(-1);
    if (last !== undefined) {
      const precision = pricePrecision(last.close);
      const priceFormat = { type: "price", precision, minMove: 1 / 10 ** precision } as const;
      this.candles.applyOptions({ priceFormat });
      this.vwap.applyOptions({ priceFormat });
    }
  }

  private barAt(time: Time | undefined): Bar | null {
    return time === undefined ? null : (this.bars.find((bar) => bar.time === time) ?? null);
  }

  private volumeOf(bar: Bar) {
    return { time: timeOf(bar), value: bar.volume, color: `${bar.close >= bar.open ? this.up : this.down}66` };
  }

  private retint(): void {
    const styles = getComputedStyle(this.container);
    const colour = (name: string) => styles.getPropertyValue(name).trim();
    [this.up, this.down] = [colour("--up"), colour("--down")];
    this.chart.applyOptions({
      layout: { background: { color: colour("--panel") }, textColor: colour("--muted") },
      grid: { vertLines: { color: colour("--grid") }, horzLines: { color: colour("--grid") } },
      rightPriceScale: { borderColor: colour("--line") },
      timeScale: { borderColor: colour("--line") },
    });
    this.candles.applyOptions({ upColor: this.up, downColor: this.down, wickUpColor: this.up, wickDownColor: this.down });
    this.vwap.applyOptions({ color: colour("--vwap") });
    this.redraw();
  }
}

function timeOf(bar: Bar): UTCTimestamp {
  return bar.time as UTCTimestamp;
}

function candleOf(bar: Bar) {
  return { time: timeOf(bar), open: bar.open, high: bar.high, low: bar.low, close: bar.close };
}
