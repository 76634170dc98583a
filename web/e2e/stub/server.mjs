// A stand-in for the Polaroid server, for developing and testing the page alone. Never shipped: it invents its numbers.
// Serves web/dist and the REST shapes of src/api.ts on STUB_PORT (default 8090; 0 takes any free port).
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";
const SYMBOLS = ["BTCUSD_PERP", "BTCUSDT"];
const START_MS = Date.parse("2024-08-08T23:54:16Z");
const HISTORY_S = 240;

/** Deterministic noise in [0, 1). */
function noise(n) {
  const x = Math.sin(n * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

function priceAt(symbol, tick) {
  const base = symbol === "BTCUSDT" ? 61800 : 61806;
  return base + 60 * Math.sin(tick / 900) + 25 * Math.sin(tick / 140 + 1) + 9 * (noise(tick) - 0.5);
}

function bar(symbol, everySeconds, index, ticksDone) {
  const first = index * everySeconds * 10;
  const last = Math.min(first + everySeconds * 10, ticksDone);
  const prices = [];
  for (let tick = first; tick < last; tick += Math.max(1, Math.floor(everySeconds / 5))) {
    prices.push(Number(priceAt(symbol, tick).toFixed(2)));
  }
  const open = prices[0];
  const done = last === first + everySeconds * 10;
  return {
    symbol,
    ts: new Date(START_MS + index * everySeconds * 1000).toISOString(),
    open,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1),
    volume: Number((everySeconds * (0.4 + 3 * noise(index + 7) ** 3)).toFixed(3)),
    count: prices.length,
    vwap: Number((prices.reduce((a, b) => a + b, 0) / prices.length).toFixed(4)),
    revision: done ? (index % 17 === 3 ? 1 : 0) : null,
    published_at: null,
    published_offset: null,
  };
}

export async function startStub(port = 0) {
  const startedMs = Date.now();
  const streams = new Set();
  const ticks = () => HISTORY_S * 10 + Math.floor((Date.now() - startedMs) / 100);

  function rowsOf(table, symbol, limit) {
    const every = table === "bars_1m" ? 60 : 1;
    const done = ticks();
    const newest = Math.ceil(done / (every * 10)) - 1;
    const first = Math.max(0, newest - limit + 1);
    return Array.from({ length: newest - first + 1 }, (_, i) => bar(symbol, every, first + i, done));
  }

  function status() {
    const n = ticks() - HISTORY_S * 10;
    const stream = (name, partition, perTick, lagMs, deadLetters = 0) => ({
      stream: name, partition, rows: 88_000 + n * perTick, duplicates: 12 + Math.floor(n / 40), deadLetters, rerouted: 0,
      progress: partition === 2 ? new Date(START_MS + ticks() * 100 - lagMs).toISOString() : null, committedOffset: 88_000 + n * perTick,
    });
    const counts = { on_time: 21_313 + n * 4, corrected: 37 + Math.floor(n / 25), late: 3, outside: 0, rerouted: 0, duplicate: 12, dead_letter: 1, control: 24 };
    return {
      application: "market", ready: true,
      streams: [stream("quotes", 1, 0, 0), stream("quotes", 2, 21, 0), stream("trades", 1, 0, 0), stream("trades", 2, 6, 180, 1)],
      views: ["bars_1s", "bars_1m", "vwap_60s"].map((view) => ({ view, input: "trades", counts }))
        .concat([{ view: "enriched", input: "trades", counts }, { view: "enriched", input: "quotes", counts: { ...counts, late: 0, dead_letter: 0 } }]),
      feeds: [
        { source: "binance_usdm", state: "UP", since: "2024-08-08T23:54:16.313Z" },
        { source: "binance_coinm", state: n % 400 > 250 ? "GAP" : "UP", since: "2024-08-08T23:55:02Z" },
        { source: "rest_history", state: "DOWN", since: null },
      ],
    };
  }

  function sql(text) {
    if (/distinct/i.test(text)) {
      return { columns: [{ name: "symbol", type: "VARCHAR" }], rows: SYMBOLS.map((symbol) => [symbol]) };
    }
    if (/dead_letter/i.test(text)) {
      const names = ["reason", "detail", "origin", "into", "partition", "offset", "key", "payload"];
      return {
        columns: names.map((name) => ({ name, type: { offset: "Int(64, true)", key: "Binary", payload: "Binary" }[name] ?? "Utf8" })),
        rows: [["check-failed", "price > 0 is false: price = 0.0", "topic:trades", "trades", 2, 4711, btoa("BTCUSDT"), btoa('{"p":"0","q":"1.5"}')]],
      };
    }
    if (/group by/i.test(text)) {
      return { columns: [{ name: "symbol", type: "VARCHAR" }, { name: "trades", type: "BIGINT" }, { name: "volume", type: "DOUBLE" }], rows: SYMBOLS.map((s, i) => [s, 2286 + i, 6123.25]) };
    }
    return null;
  }

  async function asset(path, response) {
    const name = normalize(path === "/" ? "/index.html" : path).replace(/^([/\\]|\.\.)+/, "");
    try {
      const body = await readFile(join(DIST, name));
      response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream", "content-security-policy": CSP });
      response.end(body);
    } catch {
      problem(response, 404, "not-found", "Not found", `Nothing is at ${path}.`);
    }
  }

  function json(response, body) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  }

  function problem(response, code, slug, title, detail) {
    response.writeHead(code, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ status: code, slug, title, detail }));
  }

  function live(url, request, response) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": open\n\n");
    const timer = setInterval(() => {
      const rows = rowsOf(url.searchParams.get("table"), url.searchParams.get("symbol"), 2);
      response.write(`data: ${JSON.stringify({ rows })}\n\n`);
    }, 200);
    streams.add(response);
    request.on("close", () => {
      clearInterval(timer);
      streams.delete(response);
    });
  }

  async function bodyOf(request) {
    let text = "";
    for await (const chunk of request) {
      text += chunk;
    }
    return JSON.parse(text);
  }

  const columns = (names) => names.map((name) => ({ name, type: name === "symbol" ? "Utf8" : "Float64", nullable: false }));
  const bars = ["symbol", "ts", "open", "high", "low", "close", "volume", "count", "vwap", "revision"];
  const tables = [
    { name: "trades", kind: "stream", keyColumns: ["symbol"], timeColumn: "ts", columns: columns(["symbol", "ts", "price", "size", "trade_id"]) },
    { name: "bars_1m", kind: "view", keyColumns: ["symbol"], timeColumn: "ts", columns: columns(bars) },
    { name: "bars_1s", kind: "view", keyColumns: ["symbol"], timeColumn: "ts", columns: columns(bars) },
  ];

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://stub");
    const asked = url.searchParams;
    if (url.pathname === "/api/v1/tables") return json(response, { tables });
    if (url.pathname === "/api/v1/status") return json(response, status());
    if (url.pathname === "/api/v1/candles") return json(response, { rows: rowsOf(asked.get("table"), asked.get("symbol"), Number(asked.get("limit"))) });
    if (url.pathname === "/api/v1/live") return live(url, request, response);
    if (url.pathname === "/api/v1/sql") {
      const text = (await bodyOf(request)).sql;
      const result = sql(text);
      return result === null ? problem(response, 400, "sql-invalid", "The statement cannot be run", `Table with the name in "${text}" does not exist.`) : json(response, result);
    }
    return asset(url.pathname, response);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => {
      streams.forEach((stream) => stream.destroy());
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stub = await startStub(Number(process.env.STUB_PORT ?? 8090));
  console.log(`Stub server (invented numbers) on ${stub.url}`);
}
