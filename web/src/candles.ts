import type { Row, Table } from "./api";
import { parseTime } from "./format";

/** Bars from rows, and the series that they make. Pure. */

export interface Bar {
  /** Window start in seconds since 1970 UTC: the unit of the chart. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly count: number | null;
  readonly vwap: number | null;
  /** Null while the window may still change. */
  readonly revision: number | null;
}

const PRICES = ["open", "high", "low", "close"] as const;

export function isBarTable(table: Table): boolean {
  const names = new Set(table.columns.map((column) => column.name));
  return PRICES.every((name) => names.has(name));
}

/** Null for a row that is no bar, such as a window without trades. */
export function barOf(row: Row, timeColumn: string): Bar | null {
  const at = row[timeColumn];
  const time = typeof at === "string" ? parseTime(at) / 1_000 : NaN;
  const [open, high, low, close] = PRICES.map((name) => numberOf(row[name]));
  if (!Number.isFinite(time) || open == null || high == null || low == null || close == null) {
    return null;
  }
  return {
    time,
    open,
    high,
    low,
    close,
    volume: numberOf(row["volume"]) ?? 0,
    count: numberOf(row["count"]),
    vwap: numberOf(row["vwap"]),
    revision: numberOf(row["revision"]),
  };
}

function numberOf(value: unknown): number | null {
  const number = typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : null;
}

/** The bars in order of time, newest `limit` of them; of two with one time the later given one stays. */
export function mergeBars(bars: readonly Bar[], more: readonly Bar[], limit: number): readonly Bar[] {
  const byTime = new Map<number, Bar>();
  for (const bar of [...bars, ...more]) {
    byTime.set(bar.time, bar);
  }
  return [...byTime.values()].sort((a, b) => a.time - b.time).slice(-limit);
}

/** Whether each new bar can be appended to, or replace, the last bar of the chart without redrawing it all. */
export function onlyTouchesEnd(bars: readonly Bar[], more: readonly Bar[]): boolean {
  let last = bars.at(-1)?.time ?? -Infinity;
  for (const bar of more) {
    if (bar.time < last) {
      return false;
    }
    last = bar.time;
  }
  return true;
}

/** The choice that stays valid: the wanted one if it is there, else the first. */
export function choose(options: readonly string[], wanted: string): string {
  return options.includes(wanted) ? wanted : (options[0] ?? "");
}
