import type { FeedStatus, Status, StreamStatus, ViewStatus } from "./api";
import { parseTime } from "./format";

/** What the page knows, and how an answer or a failure changes it. Pure: time comes in as an argument. */

export type Connection = "connecting" | "connected" | "disconnected";

/** The number of rows read at a moment of this browser's clock. */
export interface Sample {
  readonly atMs: number;
  readonly rows: number;
}

export interface StreamView {
  readonly stream: string;
  readonly partitions: number;
  readonly rows: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  readonly rerouted: number;
  /** Highest progress over the partitions; null before the first row. */
  readonly progressMs: number | null;
  /** How far this stream's event time is behind that of the stream that is furthest. */
  readonly behindNewestMs: number | null;
  readonly behindClockMs: number | null;
}

export interface ViewCounts {
  readonly view: string;
  readonly input: string;
  readonly onTime: number;
  readonly corrected: number;
  readonly late: number;
  readonly duplicate: number;
  readonly deadLetter: number;
  /** Every other outcome: outside, rerouted, control and what a newer server may count. */
  readonly other: number;
  readonly total: number;
}

export interface Feed {
  readonly source: string;
  readonly state: "UP" | "DOWN" | "GAP" | "UNKNOWN";
  readonly sinceMs: number | null;
}

export interface Model {
  readonly connection: Connection;
  readonly application: string;
  readonly ready: boolean;
  readonly samples: readonly Sample[];
  /** Rows per second at each answer, oldest first, for the small graph. */
  readonly rates: readonly number[];
  readonly rate: number | null;
  readonly rows: number;
  readonly deadLetters: number;
  readonly duplicates: number;
  readonly streams: readonly StreamView[];
  readonly views: readonly ViewCounts[];
  readonly feeds: readonly Feed[];
}

export const INITIAL: Model = {
  connection: "connecting",
  application: "",
  ready: false,
  samples: [],
  rates: [],
  rate: null,
  rows: 0,
  deadLetters: 0,
  duplicates: 0,
  streams: [],
  views: [],
  feeds: [],
};

const RATE_WINDOW_MS = 5_000;
const RATES_KEPT = 60;

export function withStatus(model: Model, status: Status, nowMs: number): Model {
  const rows = sum(status.streams, (stream) => stream.rows);
  const samples = withSample(model.samples, { atMs: nowMs, rows });
  const rate = rateOf(samples);
  return {
    connection: "connected",
    application: status.application,
    ready: status.ready,
    samples,
    rates: rate === null ? model.rates : [...model.rates, rate].slice(-RATES_KEPT),
    rate,
    rows,
    deadLetters: sum(status.streams, (stream) => stream.deadLetters),
    duplicates: sum(status.streams, (stream) => stream.duplicates),
    streams: streamsOf(status.streams, nowMs),
    views: status.views.map(viewOf),
    feeds: status.feeds.map(feedOf),
  };
}

/** The server is away: the last counts stay, but neither a rate nor a state of a feed is claimed. */
export function withoutServer(model: Model): Model {
  const feeds = model.feeds.map((feed): Feed => ({ ...feed, state: "UNKNOWN", sinceMs: null }));
  return { ...model, connection: "disconnected", samples: [], rates: [], rate: null, feeds };
}

/** Samples within the window, and the newest one before it. A sum that fell (the server began anew) starts over. */
export function withSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && (next.rows < last.rows || next.atMs <= last.atMs)) {
    return [next];
  }
  const inWindow = samples.filter((sample) => sample.atMs >= next.atMs - RATE_WINDOW_MS);
  return [...inWindow, next];
}

export function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) {
    return null;
  }
  return ((last.rows - first.rows) * 1_000) / (last.atMs - first.atMs);
}

export function streamsOf(partitions: readonly StreamStatus[], nowMs: number): readonly StreamView[] {
  const byStream = new Map<string, StreamStatus[]>();
  for (const partition of partitions) {
    byStream.set(partition.stream, [...(byStream.get(partition.stream) ?? []), partition]);
  }
  const newest = newestProgress(partitions);
  return [...byStream].map(([stream, parts]) => {
    const progressMs = newestProgress(parts);
    return {
      stream,
      partitions: parts.length,
      rows: sum(parts, (part) => part.rows),
      duplicates: sum(parts, (part) => part.duplicates),
      deadLetters: sum(parts, (part) => part.deadLetters),
      rerouted: sum(parts, (part) => part.rerouted),
      progressMs,
      behindNewestMs: progressMs === null || newest === null ? null : newest - progressMs,
      behindClockMs: progressMs === null ? null : nowMs - progressMs,
    };
  });
}

function newestProgress(partitions: readonly StreamStatus[]): number | null {
  const times = partitions.flatMap((part) => (part.progress === null ? [] : [parseTime(part.progress)])).filter(Number.isFinite);
  return times.length === 0 ? null : Math.max(...times);
}

export function viewOf(status: ViewStatus): ViewCounts {
  const { on_time = 0, corrected = 0, late = 0, duplicate = 0, dead_letter = 0, ...rest } = status.counts;
  const other = sum(Object.values(rest), (count) => count ?? 0);
  const total = on_time + corrected + late + duplicate + dead_letter + other;
  return { view: status.view, input: status.input, onTime: on_time, corrected, late, duplicate, deadLetter: dead_letter, other, total };
}

export function feedOf(feed: FeedStatus): Feed {
  const named = feed.state.toUpperCase();
  const state = named === "UP" || named === "DOWN" || named === "GAP" ? named : "UNKNOWN";
  const since = feed.since === null ? NaN : parseTime(feed.since);
  return { source: feed.source, state, sinceMs: Number.isFinite(since) ? since : null };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
