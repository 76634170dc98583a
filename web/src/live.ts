import { liveUrl, type Row } from "./api";

/** A subscription to changed rows. It reopens itself until closed; each opening is told, so that missed rows can be read. */
export class Live {
  private source: EventSource | null = null;
  private timer = 0;
  private waitMs = FIRST_WAIT_MS;

  constructor(
    private readonly table: string,
    private readonly symbol: string,
    private readonly onOpen: () => void,
    private readonly onRows: (rows: readonly Row[]) => void,
  ) {
    this.open();
  }

  close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  private open(): void {
    const source = new EventSource(liveUrl(this.table, this.symbol));
    this.source = source;
    source.onopen = () => {
      this.waitMs = FIRST_WAIT_MS;
      this.onOpen();
    };
    source.onmessage = (event: MessageEvent<string>) => this.onRows(rowsOf(event.data));
    source.onerror = () => this.reopenLater();
  }

  /** EventSource gives up after an HTTP error, and browsers differ in how long they wait: so the waiting is done here. */
  private reopenLater(): void {
    this.close();
    this.timer = window.setTimeout(() => this.open(), this.waitMs);
    this.waitMs = Math.min(this.waitMs * 2, LAST_WAIT_MS);
  }
}

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 5_000;

function rowsOf(text: string): readonly Row[] {
  try {
    const message = JSON.parse(text) as { rows?: unknown };
    return Array.isArray(message.rows) ? (message.rows as Row[]) : [];
  } catch {
    return [];
  }
}
