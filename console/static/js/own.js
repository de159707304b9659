// An agent's own page: what he is, and the button with which he changes it.
import { openSetting, onSet } from "./agent_setting.js";
import { call as ask, signInIfOut } from "./api.js";
import { say } from "./asking.js";
import { phones } from "./phones.js";
import { me } from "./supervision.js";
import { named, word } from "./words.js";

const el = (id) => document.getElementById(id);
const button = document.createElement("button");
let agent;

function show(row) {
  agent = row;
  el("state").textContent = `${row.name} (${row.extension}) – ${named("state", row.shown || row.state)}`;
  el("phones").replaceChildren(...(row.devices.length ? phones(row.devices) : [word("own_no_phones")]));
  const chosen = row.intent ? [word("chosen", { state: named("intent", row.intent) })] : [];
  const out = (row.opted_out ?? []).map((queue) => word("out_of_queue", { queue }));
  el("out-of").textContent = [...chosen, ...out].join(", ");
}

async function read() {
  try { show(await ask("GET", "/me/agent")); } catch (error) {
    try { signInIfOut(error); } catch { say(error.message || word("unreachable"), true); }
  }
}

button.type = "button";
button.className = "main";
button.textContent = word("set");
button.addEventListener("click", () => openSetting(agent, me.company));
onSet(read);
await read();
if (agent) el("change").append(button);
setInterval(read, 5000);
