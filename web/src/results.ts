import { ApiProblem, type SqlResult, runSql } from "./api";
import { byId, element } from "./dom";
import { formatBytes, formatCell, formatCount } from "./format";

/** The SQL box and the dead letters: both ask, then show a table or the problem. */

const ROWS_SHOWN = 500;
const BINARY = /binary|blob/i;
const NUMERIC = /int|double|float|decimal|numeric|real/i;

export function installSqlBox(): void {
  const form = byId<HTMLFormElement>("sql-form");
  const box = byId<HTMLTextAreaElement>("sql-text");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(box.value, byId("sql-result"), byId<HTMLButtonElement>("sql-run"));
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

export function installDeadLetters(): void {
  const button = byId<HTMLButtonElement>("dead-letters-load");
  button.addEventListener("click", () => void ask("select * from dead_letter limit 200", byId("dead-letters-result"), button));
}

async function ask(sql: string, into: HTMLElement, button: HTMLButtonElement): Promise<void> {
  if (sql.trim() === "") {
    into.replaceChildren(problemBox(new ApiProblem("empty", "Nothing to run", "Write a statement first, for example select * from trades limit 10.")));
    return;
  }
  button.disabled = true;
  into.setAttribute("aria-busy", "true");
  const startedMs = performance.now();
  try {
    const result = await runSql(sql);
    into.replaceChildren(...resultNodes(result, performance.now() - startedMs));
  } catch (cause) {
    const problem = cause instanceof ApiProblem ? cause : new ApiProblem("page", "The page failed", String(cause));
    into.replaceChildren(problemBox(problem));
  } finally {
    button.disabled = false;
    into.removeAttribute("aria-busy");
  }
}

function resultNodes(result: SqlResult, tookMs: number): Node[] {
  const shown = result.rows.slice(0, ROWS_SHOWN);
  const more = result.rows.length > shown.length ? `, the first ${formatCount(ROWS_SHOWN)} shown` : "";
  const rows = `${formatCount(result.rows.length)} ${result.rows.length === 1 ? "row" : "rows"}${more} in ${formatCount(tookMs)} ms`;
  const summary = element("p", { class: "summary", role: "status" }, rows);
  if (result.rows.length === 0) {
    return [summary];
  }
  const numeric = result.columns.map((column) => NUMERIC.test(column.type));
  const shows = result.columns.map((column) => (BINARY.test(column.type) ? formatBytes : formatCell));
  const head = element("tr", {}, ...result.columns.map((column, index) => headCell(column, numeric[index] === true)));
  const body = shown.map((row) => element("tr", {}, ...row.map((value, index) => dataCell(value, (shows[index] ?? formatCell)(value), numeric[index] === true))));
  const table = element("table", {}, element("caption", { class: "hidden" }, "Result"), element("thead", {}, head), element("tbody", {}, ...body));
  return [summary, element("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Result rows" }, table)];
}

function headCell(column: { name: string; type: string }, numeric: boolean): HTMLElement {
  return element("th", { scope: "col", class: numeric ? "number" : "", title: column.type }, column.name);
}

function dataCell(value: unknown, text: string, numeric: boolean): HTMLElement {
  const classes = [numeric ? "number" : "", value === null ? "null" : ""].join(" ").trim();
  return element("td", { class: classes, title: text.length > 60 ? text : "" }, text);
}

function problemBox(problem: ApiProblem): HTMLElement {
  const detail = problem.detail === "" ? [] : [element("p", {}, problem.detail)];
  return element("div", { class: "problem", role: "alert", "data-slug": problem.slug }, element("strong", {}, problem.title), element("code", {}, problem.slug), ...detail);
}
