import { describe, expect, it } from "vitest";
import { problemFrom, quoteIdentifier, type Row, type Table } from "../src/api";
import { barOf, choose, isBarTable, mergeBars, onlyTouchesEnd, type Bar } from "../src/candles";

const row = (over: Row = {}): Row => ({ symbol: "A", ts: "1970-01-01T00:00:05.000000Z", open: 1, high: 3, low: 0.5, close: 2, volume: 7, count: 4, vwap: 1.5, revision: null, ...over });
const bar = (time: number, close = 1): Bar => ({ time, open: 1, high: 1, low: 1, close, volume: 0, count: null, vwap: null, revision: null });

describe("a bar", () => {
  it("is read from a row", () => {
    expect(barOf(row(), "ts")).toEqual({ time: 5, open: 1, high: 3, low: 0.5, close: 2, volume: 7, count: 4, vwap: 1.5, revision: null });
  });

  it("takes numbers sent as text", () => {
    expect(barOf(row({ count: "9007199254740993", revision: 2 }), "ts")).toMatchObject({ revision: 2, count: 9007199254740992 });
  });

  it("is none without a price or a time", () => {
    expect(barOf(row({ close: null }), "ts")).toBeNull();
    expect(barOf(row({ open: "NaN" }), "ts")).toBeNull();
    expect(barOf(row({ ts: null }), "ts")).toBeNull();
  });
});

describe("a series of bars", () => {
  it("is ordered, keeps the later of two with one time, and is bounded", () => {
    const merged = mergeBars([bar(1), bar(2)], [bar(3), bar(2, 9), bar(0)], 3);
    expect(merged.map((b) => [b.time, b.close])).toEqual([[1, 1], [2, 9], [3, 1]]);
  });

  it("tells a new end from a correction", () => {
    expect(onlyTouchesEnd([bar(1), bar(2)], [bar(2), bar(3)])).toBe(true);
    expect(onlyTouchesEnd([bar(1), bar(2)], [bar(1)])).toBe(false);
    expect(onlyTouchesEnd([], [bar(1)])).toBe(true);
  });
});

describe("choices", () => {
  it("stay while they are offered", () => {
    expect(choose(["a", "b"], "b")).toBe("b");
    expect(choose(["a", "b"], "c")).toBe("a");
    expect(choose([], "c")).toBe("");
  });

  it("of tables are those with the four prices", () => {
    const table = (names: string[]): Table => ({ name: "t", kind: "view", keyColumns: [], timeColumn: "ts", columns: names.map((name) => ({ name, type: "Float64", nullable: false })) });
    expect(isBarTable(table(["ts", "open", "high", "low", "close"]))).toBe(true);
    expect(isBarTable(table(["ts", "price"]))).toBe(false);
  });
});

describe("the interface", () => {
  it("reads a problem, and says so where there is none", () => {
    expect(problemFrom(400, '{"title":"T","detail":"D","slug":"sql-invalid"}')).toMatchObject({ slug: "sql-invalid", title: "T", detail: "D" });
    expect(problemFrom(502, "<html>")).toMatchObject({ slug: "http-502", title: "HTTP 502" });
  });

  it("quotes names", () => {
    expect(quoteIdentifier('a"b')).toBe('"a""b"');
  });
});
