// One company's live feed: keeps the board as the server has it, and says when the line is lost and when it is back.
import { call, signInIfOut } from "./api.js";

const PATIENCE = 12_000; // the server is heard every 5 s, even when nothing changes
const PAUSES = [500, 1000, 2000, 5000];
const HIDDEN = 60_000; // a page nobody sees gives its connection back; browsers have six for a host

export class LiveFeed {
  /** `changed(board, agents, calls)`: keys of the rows to draw again, all of them after the first message. */
  constructor(company, { changed, lost, found }) {
    Object.assign(this, { company, changed, lost, found });
    this.board = { presence: "connecting", now: 0, agents: {}, calls: {}, alerts: {} };
    this.failures = 0;
    this.skew = 0;
    this.onVisibility = () => this.seen();
    document.addEventListener("visibilitychange", this.onVisibility);
    this.open();
  }

  /** Seconds since the epoch, as the server counts them. */
  now() { return Date.now() / 1000 + this.skew; }

  open() {
    this.close();
    this.source = new EventSource(`/api/v1/companies/${encodeURIComponent(this.company)}/feed`);
    this.source.addEventListener("board", (message) => this.heard(message, (told) => this.begin(told)));
    this.source.addEventListener("changes", (message) => this.heard(message, (told) => this.apply(told)));
    this.source.addEventListener("beat", (message) => this.heard(message, () => {}));
    this.source.onerror = () => this.broken();
    this.watch();
  }

  close() {
    this.source?.close();
    clearTimeout(this.patience);
    clearTimeout(this.pause);
  }

  end() {
    this.close();
    clearTimeout(this.hiding);
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  heard(message, take) {
    const told = JSON.parse(message.data);
    this.skew = told.now - Date.now() / 1000;
    this.failures = 0;
    this.watch();
    this.found();
    take(told);
  }

  begin(told) {
    this.board = told;
    this.changed(told, null, null);
  }

  apply(told) {
    const board = this.board;
    board.presence = told.presence;
    for (const row of told.agents ?? []) board.agents[row.extension] = row;
    for (const key of told.agents_gone ?? []) delete board.agents[key];
    for (const row of told.calls ?? []) board.calls[row.id] = row;
    for (const key of told.calls_gone ?? []) delete board.calls[key];
    for (const row of told.alerts ?? []) board.alerts[row.id] = row;
    for (const key of told.alerts_gone ?? []) delete board.alerts[key];
    const keys = (rows, key, gone) => [...(rows ?? []).map((row) => row[key]), ...(gone ?? [])];
    this.changed(board, keys(told.agents, "extension", told.agents_gone), keys(told.calls, "id", told.calls_gone));
  }

  watch() {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.broken(), PATIENCE);
  }

  broken() {
    this.close();
    this.lost();
    const pause = PAUSES[Math.min(this.failures++, PAUSES.length - 1)];
    this.pause = setTimeout(() => this.again(), pause);
  }

  /** Whoever was signed out meanwhile is told by the API, not by a stream that cannot be opened. */
  async again() {
    try {
      await call("GET", "/me");
      this.open();
    } catch (error) {
      if (error instanceof TypeError) return this.broken();
      try { signInIfOut(error); } catch { this.broken(); }
    }
  }

  seen() {
    clearTimeout(this.hiding);
    if (document.hidden) this.hiding = setTimeout(() => this.close(), HIDDEN);
    else if (this.source.readyState === EventSource.CLOSED) this.again();
  }
}
