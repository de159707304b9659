// Tables drawn row by row: only rows that changed are made again, and only moved when their order is another.
// Text is only ever set as text: what a caller calls himself stays what it is.

export function cell(className, ...parts) {
  const made = document.createElement("td");
  made.className = className;
  made.append(...parts);
  return made;
}

export function span(className, text, title) {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  if (title) made.title = title;
  return made;
}

/** The cell in which seconds are counted by `Rows.count`. */
export function sinceCell(since) {
  const made = cell("time");
  made.dataset.since = since;
  return made;
}

export class Rows {
  /** `make(row)` gives the cells of a row and its class: `{ cells, className }`. */
  constructor(table, make) {
    this.body = table.tBodies[0];
    this.table = table;
    this.make = make;
    this.drawn = new Map();
  }

  /** Draw the rows of `changed` (null: all) again and show exactly those of `order`, in that order. */
  show(rows, order, changed) {
    const focused = this.focused();
    for (const key of changed ?? [...this.drawn.keys()]) this.drawn.delete(key);
    const wanted = order.map((key) => this.row(key, rows[key]));
    wanted.forEach((row, place) => {
      if (this.body.children[place] !== row) this.body.insertBefore(row, this.body.children[place] ?? null);
    });
    while (this.body.children.length > wanted.length) this.body.lastElementChild.remove();
    this.table.hidden = wanted.length === 0;
    if (focused && !document.contains(focused.element)) this.focus(focused);
  }

  /** The button of a row that has the keyboard: its row may be made again. */
  focused() {
    const element = document.activeElement;
    const row = this.body.contains(element) ? element.closest("tr") : null;
    return row && element.dataset.does ? { element, key: row.dataset.key, does: element.dataset.does } : null;
  }

  focus({ key, does }) {
    const row = this.drawn.get(key);
    const button = row?.querySelector(`[data-does="${does}"]`) ?? row?.querySelector("[data-does]");
    button?.focus();
  }

  row(key, facts) {
    if (!this.drawn.has(key)) {
      const { cells, className } = this.make(facts);
      const made = document.createElement("tr");
      made.className = className;
      made.dataset.key = key;
      made.append(...cells);
      this.drawn.set(key, made);
    }
    return this.drawn.get(key);
  }

  /** Write how long each row's state has lasted. */
  count(text) {
    for (const time of this.body.querySelectorAll("td.time")) {
      const said = text(Number(time.dataset.since));
      if (time.textContent !== said) time.textContent = said;
    }
  }
}
