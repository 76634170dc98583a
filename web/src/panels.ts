import type { Bar } from "./candles";
import { byId, element, setRows, setText, type TableCell } from "./dom";
import { formatClock, formatCount, formatDuration, formatInstant, formatPrice, formatRate, formatSize } from "./format";
import type { Feed, Model, StreamView, ViewCounts } from "./state";

/** Shows the model in the page. */

const CONNECTION_TEXT = { connecting: "Connecting…", connected: "Connected", disconnected: "Disconnected, trying again" } as const;
const FEED_MEANING = { UP: "receiving", DOWN: "no connection", GAP: "rows missing", UNKNOWN: "state unknown" } as const;

export function showModel(model: Model): void {
  const connection = byId("connection");
  connection.dataset["state"] = model.connection;
  setText(byId("connection-text"), connectionText(model));
  setText(byId("application"), model.application);
  showRate(model);
  setText(byId("rows-total"), formatCount(model.rows));
  setText(byId("duplicates-total"), formatCount(model.duplicates));
  setText(byId("dead-letters-total"), formatCount(model.deadLetters));
  byId("dead-letters-total").classList.toggle("bad", model.deadLetters > 0);
  showFeeds(model.feeds);
  setRows(byId("streams"), model.streams.map(streamRow));
  setRows(byId("views"), model.views.map(viewRow));
  byId("streams-empty").hidden = model.streams.length > 0;
  byId("views-empty").hidden = model.views.length > 0;
}

function connectionText(model: Model): string {
  return model.connection === "connected" && !model.ready ? "Connected, restoring state" : CONNECTION_TEXT[model.connection];
}

function showRate(model: Model): void {
  const rate = byId("rate");
  setText(rate, formatRate(model.rate));
  rate.dataset["value"] = model.rate === null ? "" : String(model.rate);
  byId("sparkline").setAttribute("d", sparkline(model.rates, 120, 28));
}

/** An SVG path through the values, scaled to the box. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) {
    return "";
  }
  const top = Math.max(...values, 1);
  const step = width / (values.length - 1);
  return values.map((value, index) => `${index === 0 ? "M" : "L"}${(index * step).toFixed(1)} ${(height - 1 - (value / top) * (height - 2)).toFixed(1)}`).join("");
}

function showFeeds(feeds: readonly Feed[]): void {
  const list = byId("feeds");
  const key = JSON.stringify(feeds);
  if (list.dataset["shown"] === key) {
    return; // a live region that is rebuilt without need would be read out again
  }
  list.dataset["shown"] = key;
  list.replaceChildren(...feeds.map(feedItem));
  byId("feeds-empty").hidden = feeds.length > 0;
}

function feedItem(feed: Feed): HTMLElement {
  const since = feed.sinceMs === null ? "" : ` since ${formatClock(feed.sinceMs)}`;
  return element(
    "li",
    { "data-state": feed.state, "data-source": feed.source },
    element("span", { class: "feed-name" }, feed.source),
    element("span", { class: "badge" }, feed.state),
    element("span", { class: "feed-note" }, `${FEED_MEANING[feed.state]}${since}`),
  );
}

const number = (value: number, tone?: "warn" | "bad", name?: string): TableCell => ({ text: formatCount(value), kind: "number", tone: value > 0 ? tone : undefined, name });
const text = (value: string): TableCell => ({ text: value, kind: "number" });

function streamRow(stream: StreamView): readonly TableCell[] {
  return [
    { text: stream.stream, kind: "head" },
    text(stream.progressMs === null ? "no rows yet" : formatInstant(stream.progressMs)),
    text(formatDuration(stream.behindNewestMs)),
    text(formatDuration(stream.behindClockMs)),
    number(stream.rows),
    number(stream.duplicates),
    number(stream.rerouted, "warn"),
    number(stream.deadLetters, "bad"),
  ];
}

function viewRow(view: ViewCounts): readonly TableCell[] {
  return [
    { text: view.view, kind: "head" },
    { text: view.input, kind: "text" },
    number(view.onTime, undefined, "on_time"),
    number(view.corrected, "warn", "corrected"),
    number(view.late, "bad", "late"),
    number(view.duplicate, undefined, "duplicate"),
    number(view.deadLetter, "bad", "dead_letter"),
    number(view.other, undefined, "other"),
    number(view.total, undefined, "total"),
  ];
}

/** The line of numbers above the chart. */
export function showBar(bar: Bar | null, hovered: boolean): void {
  const line = byId("last-bar");
  if (bar === null) {
    line.replaceChildren(element("span", { class: "muted" }, "No bars yet"));
    delete line.dataset["time"];
    return;
  }
  line.dataset["time"] = String(bar.time);
  line.dataset["close"] = String(bar.close);
  line.dataset["count"] = String(bar.count ?? "");
  line.classList.toggle("falls", bar.close < bar.open);
  const state = bar.revision === null ? "provisional" : bar.revision === 0 ? "published" : `revision ${bar.revision}`;
  const pairs: readonly (readonly [string, string])[] = [
    ["O", formatPrice(bar.open)],
    ["H", formatPrice(bar.high)],
    ["L", formatPrice(bar.low)],
    ["C", formatPrice(bar.close)],
    ["VWAP", bar.vwap === null ? "–" : formatPrice(bar.vwap)],
    ["Vol", formatSize(bar.volume)],
    ["Trades", bar.count === null ? "–" : formatCount(bar.count)],
  ];
  line.replaceChildren(
    element("span", { class: "bar-time" }, `${hovered ? "" : "Last "}${formatInstant(bar.time * 1_000).slice(0, 19)} UTC`),
    ...pairs.map(([name, value]) => element("span", { class: "pair" }, element("span", { class: "muted" }, name), " ", element("b", {}, value))),
    element("span", { class: "chip", "data-revision": String(bar.revision ?? "") }, state),
  );
}
