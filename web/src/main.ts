import "./style.css";
import { fetchCandles, fetchStatus, fetchTables, quoteIdentifier, runSql, type Row, type Table } from "./api";
import { barOf, choose, isBarTable, type Bar } from "./candles";
import { BarChart } from "./chart";
import { byId, setOptions, setText } from "./dom";
import { Live } from "./live";
import { showBar, showModel } from "./panels";
import { installDeadLetters, installSqlBox } from "./results";
import { INITIAL, withStatus, withoutServer } from "./state";

const STATUS_EVERY_MS = 1_000;
const SYMBOLS_EVERY_MS = 10_000;
const BARS_KEPT = 1_000;

const tableSelect = byId<HTMLSelectElement>("table");
const symbolSelect = byId<HTMLSelectElement>("symbol");

let model = INITIAL;
let tables: readonly Table[] = [];
let live: Live | null = null;
let shown = "";
let hovered: Bar | null = null;
let symbolsReadAtMs = -Infinity;

const chart = new BarChart(byId("chart"), BARS_KEPT, (bar) => {
  hovered = bar;
  showCurrentBar();
});

function showCurrentBar(): void {
  showBar(hovered ?? chart.shown.at(-1) ?? null, hovered !== null);
  byId("chart").dataset["bars"] = String(chart.shown.length);
}

/** One turn of the page: status always, tables and symbols where they are not known or old. A failure waits for the next turn. */
async function turn(): Promise<void> {
  try {
    model = withStatus(model, await fetchStatus(), Date.now());
    showModel(model);
    await readTables();
    await readSymbols();
  } catch {
    model = withoutServer(model);
    symbolsReadAtMs = -Infinity;
    showModel(model);
  }
}

async function readTables(): Promise<void> {
  if (tables.length === 0) {
    tables = (await fetchTables()).filter(isBarTable);
    const names = tables.map((table) => table.name);
    setOptions(tableSelect, names, choose(names, tableSelect.value || "bars_1s"));
  }
}

async function readSymbols(): Promise<void> {
  const table = currentTable();
  const key = table?.keyColumns[0];
  if (table === undefined || key === undefined || Date.now() - symbolsReadAtMs < SYMBOLS_EVERY_MS) {
    return;
  }
  const result = await runSql(`select distinct ${quoteIdentifier(key)} from ${quoteIdentifier(table.name)} order by 1`);
  const symbols = result.rows.map((row) => String(row[0]));
  symbolsReadAtMs = symbols.length === 0 ? -Infinity : Date.now();
  setOptions(symbolSelect, symbols, choose(symbols, symbolSelect.value || "BTCUSDT"));
  subscribe();
}

function currentTable(): Table | undefined {
  return tables.find((table) => table.name === tableSelect.value);
}

/** Follows the chosen table and symbol, unless the page does so already. */
function subscribe(): void {
  const table = currentTable();
  const symbol = symbolSelect.value;
  const wanted = JSON.stringify([table?.name, symbol]);
  if (table === undefined || symbol === "" || wanted === shown) {
    return;
  }
  shown = wanted;
  live?.close();
  chart.replace([]);
  hovered = null;
  showCurrentBar();
  setText(byId("chart-title"), `${symbol} · ${table.name}`);
  byId("chart").setAttribute("aria-label", `Candles of ${symbol} from ${table.name}. The line above it has the numbers of the last bar.`);
  live = new Live(table.name, symbol, () => void load(table, symbol, wanted), (rows) => addRows(rows, table));
}

async function load(table: Table, symbol: string, wanted: string): Promise<void> {
  try {
    const bars = barsOf(await fetchCandles(table.name, symbol, BARS_KEPT), table);
    if (wanted === shown) {
      const newer = chart.shown;
      chart.replace([...bars, ...newer.filter((bar) => bar.time >= (bars.at(-1)?.time ?? -Infinity))]);
      showCurrentBar();
    }
  } catch {
    showModel(model); // the next status turn says what is wrong; the next opening loads again
  }
}

function addRows(rows: readonly Row[], table: Table): void {
  const bars = [...barsOf(rows, table)].sort((a, b) => a.time - b.time);
  if (bars.length > 0) {
    chart.add(bars);
    showCurrentBar();
  }
}

function barsOf(rows: readonly Row[], table: Table): readonly Bar[] {
  return rows.flatMap((row) => barOf(row, table.timeColumn) ?? []);
}

async function run(): Promise<never> {
  for (;;) {
    await turn();
    await new Promise((resolve) => setTimeout(resolve, STATUS_EVERY_MS));
  }
}

tableSelect.addEventListener("change", () => {
  symbolsReadAtMs = -Infinity;
  subscribe();
});
symbolSelect.addEventListener("change", subscribe);
installSqlBox();
installDeadLetters();
showModel(model);
showCurrentBar();
void run();
