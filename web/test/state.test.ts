import { describe, expect, it } from "vitest";
import type { Status, StreamStatus } from "../src/api";
import { INITIAL, feedOf, rateOf, streamsOf, viewOf, withSample, withStatus, withoutServer } from "../src/state";

const partition = (over: Partial<StreamStatus>): StreamStatus => ({
  stream: "trades",
  partition: 0,
  rows: 0,
  duplicates: 0,
  deadLetters: 0,
  rerouted: 0,
  progress: null,
  committedOffset: 0,
  ...over,
});

const status = (rows: number, over: Partial<Status> = {}): Status => ({ application: "market", ready: true, streams: [partition({ rows })], views: [], feeds: [], ...over });

describe("rows per second", () => {
  it("needs two answers", () => {
    const one = withStatus(INITIAL, status(100), 1_000);
    expect(one.rate).toBeNull();
    expect(withStatus(one, status(350), 2_000).rate).toBe(250);
  });

  it("is taken over the last five seconds", () => {
    let model = INITIAL;
    for (let second = 0; second <= 10; second++) {
      model = withStatus(model, status(second < 5 ? 0 : (second - 5) * 1_000), second * 1_000);
    }
    expect(model.rate).toBe(1_000);
    expect(model.samples[0]?.atMs).toBe(5_000);
  });

  it("starts over where the sum fell", () => {
    const samples = withSample([{ atMs: 0, rows: 500 }], { atMs: 1_000, rows: 20 });
    expect(samples).toEqual([{ atMs: 1_000, rows: 20 }]);
    expect(rateOf(samples)).toBeNull();
  });

  it("starts over where this computer's clock fell", () => {
    expect(withSample([{ atMs: 5_000, rows: 5 }], { atMs: 4_000, rows: 6 })).toEqual([{ atMs: 4_000, rows: 6 }]);
  });

  it("is not claimed while the server is away, but the counts stay", () => {
    const away = withoutServer(withStatus(withStatus(INITIAL, status(1), 0), status(5), 1_000));
    expect(away).toMatchObject({ connection: "disconnected", rate: null, rows: 5 });
    expect(withStatus(away, status(9), 60_000).rate).toBeNull();
  });
});

describe("a server that is away", () => {
  it("leaves no feed called up", () => {
    const model = withStatus(INITIAL, status(1, { feeds: [{ source: "a", state: "UP", since: "2024-08-08T00:00:00Z" }] }), 0);
    expect(withoutServer(model).feeds).toEqual([{ source: "a", state: "UNKNOWN", sinceMs: null }]);
  });
});

describe("streams", () => {
  it("join their partitions and take the highest progress", () => {
    const views = streamsOf(
      [
        partition({ rows: 2, duplicates: 1, progress: "2024-08-08T00:00:01Z" }),
        partition({ partition: 1, rows: 3, deadLetters: 4, progress: "2024-08-08T00:00:02.500000Z" }),
        partition({ stream: "quotes", progress: "2024-08-08T00:00:03Z" }),
      ],
      Date.parse("2024-08-08T00:00:10Z"),
    );
    expect(views[0]).toMatchObject({ stream: "trades", partitions: 2, rows: 5, duplicates: 1, deadLetters: 4, behindNewestMs: 500, behindClockMs: 7_500 });
    expect(views[1]).toMatchObject({ stream: "quotes", behindNewestMs: 0 });
  });

  it("have no lag before their first row", () => {
    expect(streamsOf([partition({})], 0)[0]).toMatchObject({ progressMs: null, behindNewestMs: null, behindClockMs: null });
  });
});

describe("views", () => {
  it("take absent counts as none and keep unknown ones in the total", () => {
    const view = viewOf({ view: "bars_1s", input: "trades", counts: { on_time: 5, late: 2, control: 3, something_new: 1 } });
    expect(view).toMatchObject({ onTime: 5, corrected: 0, late: 2, duplicate: 0, deadLetter: 0, other: 4, total: 11 });
  });
});

describe("feeds", () => {
  it("are up, down, in a gap or unknown", () => {
    expect(feedOf({ source: "a", state: "up", since: "2024-08-08T00:00:00Z" })).toEqual({ source: "a", state: "UP", sinceMs: 1_723_075_200_000 });
    expect(feedOf({ source: "a", state: "resting", since: null })).toEqual({ source: "a", state: "UNKNOWN", sinceMs: null });
  });
});
