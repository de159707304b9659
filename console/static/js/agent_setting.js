// What a supervisor sets of an agent: his state with its reason and its time, which queues' calls he takes, and a call that he
// gives him to make, whatever his capacity (D13).
import { call as ask } from "./api.js";
import { tried } from "./asking.js";
import { me } from "./supervision.js";
import { cell } from "./rows.js";
import { named, word } from "./words.js";

const KINDS = ["available", "auto", "busy", "dnd", "dnd_queues", "break", "away", "offline"];
const dialog = document.getElementById("setting");
const form = dialog.querySelector("form");
const { kind, reason, minutes, to } = form.elements;
const queues = form.querySelector("fieldset");
const may = me.permissions.includes("set_intent");
let agent;
let company;
to.hidden = to.labels[0].hidden = !me.permissions.includes("place_calls");

kind.append(...["", ...KINDS].map((each) => new Option(each ? named("intent", each) : word("as_it_is"), each)));
kind.addEventListener("change", () => { reason.required = kind.value === "break" && !reason.hidden; });

/** An administrator of a company says only these of somebody else, and gives no reason for him (routing.intent_rights). */
const OF_ADMINS = ["", "available", "auto", "break"];

function offer() {
  const few = me.role === "admin" && Boolean(me.company) && me.extension !== agent.extension;
  reason.hidden = reason.labels[0].hidden = few;
  for (const option of kind.options) option.hidden = option.disabled = few && !OF_ADMINS.includes(option.value);
}

function queueBox(queue) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.name = "queue";
  box.value = queue;
  box.checked = box.defaultChecked = !agent.opted_out?.includes(queue);
  label.append(box, ` ${queue}`);
  return label;
}

let told = () => {};

/** Somebody who wants to know when something was set. */
export function onSet(tell) { told = tell; }

export function openSetting(row, of) {
  [agent, company] = [row, of];
  form.reset();
  reason.required = false;
  offer();
  dialog.querySelector("h2").textContent = word("set_agent", { agent: `${agent.name} (${agent.extension})` });
  queues.replaceChildren(queues.firstElementChild, ...(agent.queues ?? []).map(queueBox));
  queues.hidden = !agent.queues?.length;
  dialog.returnValue = "";
  dialog.showModal();
}

async function save() {
  const path = `/companies/${encodeURIComponent(company)}/agents/${encodeURIComponent(agent.extension)}`;
  if (kind.value) {
    await ask("POST", `${path}/intent`, { kind: kind.value, reason: reason.value, seconds: Number(minutes.value || 0) * 60 });
  }
  for (const box of form.querySelectorAll("input[name=queue]")) {
    if (box.checked === box.defaultChecked) continue;
    await ask("PUT", `${path}/queues/${encodeURIComponent(box.value)}`, { takes_calls: box.checked });
  }
  if (to.value) await ask("POST", `${path}/calls`, { to: to.value, force: true });
}

dialog.addEventListener("close", () => {
  if (dialog.returnValue === "yes") tried(save, word(to.value ? "done_called" : "done_set")).then(() => told());
});

/** The cell of an agent with the button that opens the dialog. */
export function settingCell(row, of) {
  const made = cell("set");
  if (!may) return made;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "do";
  button.dataset.does = "set";
  button.textContent = word("set");
  button.ariaLabel = word("set_agent", { agent: `${row.name} (${row.extension})` });
  button.addEventListener("click", () => openSetting(row, of));
  made.append(button);
  return made;
}
