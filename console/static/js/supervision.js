// Stepping into conversations: one button each for listening, whispering, joining, taking over and ending.
import { call as ask } from "./api.js";
import { sure, tried } from "./asking.js";
import { cell, span } from "./rows.js";
import { word } from "./words.js";

const MODES = ["listen", "whisper", "barge", "take_over", "end"];
const FINAL = ["take_over", "end"];

export const me = await ask("GET", "/me");
const may = me.permissions.includes("supervise");

function button(name, does, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "do";
  made.dataset.does = name;
  made.textContent = word(`supervise_${name}`);
  if (pressed !== undefined) made.ariaPressed = String(pressed);
  made.addEventListener("click", does);
  return made;
}

async function step(company, row, mode, caller) {
  if (FINAL.includes(mode) && !await sure(word(`sure_${mode}`, { caller }), word(`supervise_${mode}`))) return;
  const path = `/companies/${encodeURIComponent(company)}/calls/${encodeURIComponent(row.id)}/supervision`;
  const mine = row.monitor && row.monitor.supervisor === me.extension;
  const rings = !mine && mode !== "end";
  await tried(() => ask("POST", path, { mode }), word(rings ? "your_phone_rings" : `done_${mode}`));
}

async function leave(company, row) {
  await tried(() => ask("DELETE", `/companies/${encodeURIComponent(company)}/calls/${encodeURIComponent(row.id)}/supervision`), word("done_leave"));
}

/** The cell of a call: who is in it already, and what may be done. */
export function supervisionCell(company, row, caller, person) {
  const made = cell("supervise");
  const monitor = row.monitor;
  if (monitor) {
    const how = monitor.answered ? `monitor_${monitor.mode}` : "monitor_rings";
    made.append(span("detail", word(how, { who: person(monitor.supervisor) })));
  }
  if (!may || row.state !== "bridged") return made;
  const group = document.createElement("div");
  group.role = "group";
  group.ariaLabel = word("supervise", { caller });
  const mine = Boolean(monitor) && monitor.supervisor === me.extension;
  if (!mine || monitor.mode !== "take_over") {
    for (const mode of MODES) {
      const pressed = FINAL.includes(mode) ? undefined : mine && monitor.mode === mode;
      group.append(button(mode, () => step(company, row, mode, caller), pressed));
    }
    if (mine) group.append(button("leave", () => leave(company, row)));
  }
  made.append(group);
  return made;
}
