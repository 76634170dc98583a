/** Small steps on the document. Text goes in as text nodes only, so nothing from the server is read as markup. */

export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`The page has no element with id ${id}`);
  }
  return element as T;
}

export function element(tag: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Sets the text only where it differs, so that a live region speaks of changes alone. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

export function setOptions(select: HTMLSelectElement, options: readonly string[], chosen: string): void {
  const present = [...select.options].map((option) => option.value);
  if (present.length !== options.length || present.some((value, index) => value !== options[index])) {
    select.replaceChildren(...options.map((value) => element("option", { value }, value)));
  }
  select.value = chosen;
  select.disabled = options.length === 0;
}

/** Rows of a table body; the first cell of a row heads it. */
export function setRows(body: HTMLElement, rows: readonly (readonly TableCell[])[]): void {
  body.replaceChildren(...rows.map((cells) => element("tr", {}, ...cells.map(cellOf))));
}

export interface TableCell {
  readonly text: string;
  readonly kind: "head" | "text" | "number";
  /** Marks a number that asks for attention. */
  readonly tone?: "warn" | "bad" | undefined;
  readonly name?: string | undefined;
}

function cellOf(cell: TableCell): HTMLElement {
  const made = cell.kind === "head" ? element("th", { scope: "row" }, cell.text) : element("td", {}, cell.text);
  if (cell.kind === "number") {
    made.classList.add("number");
  }
  if (cell.tone !== undefined) {
    made.classList.add(cell.tone);
  }
  if (cell.name !== undefined) {
    made.dataset["count"] = cell.name;
  }
  return made;
}
