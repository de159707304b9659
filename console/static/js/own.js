// An agent's own page: what he is, and the button with which he changes it.
import { openSetting, onSet } from "./agent_setting.js";
import { Refused, call as ask, signInIfOut } from "./api.js";
import { say } from "./asking.js";
import { phones } from "./phones.js";
import { me } from "./supervision.js";
import { language, named, word } from "./words.js";

const el = (id) => document.getElementById(id);
const button = document.createElement("button");
let agent;
let lost = false;

/** What made him so when it was not himself; empty when it was. */
function notHimself(row) {
  const by = row.declared_by ?? "";
  if (!row.intent || !row.declared_at || !by || by === `${me.role} ${me.name}` || by.startsWith("agent")) return "";
  const time = new Date(row.declared_at * 1000).toLocaleTimeString(language, { timeStyle: "short" });
  if (by === "system" || by === "sign_in") return row.declared_why ? named("told", row.declared_why, { time }) : "";
  return word("set_by", { who: by.slice(by.indexOf(" ") + 1), state: named("intent", row.intent), time });
}

/** Said once by whoever reads the page aloud. */
function tell(text) {
  if (el("told").textContent !== text) el("told").textContent = text;
  el("told").hidden = !text;
}

function show(row) {
  agent = row;
  if (!button.isConnected) el("change").append(button);
  if (lost) say("");
  lost = false;
  el("state").textContent = `${row.name} (${row.extension}) – ${named("state", row.shown || row.state)}`;
  el("phones").replaceChildren(...(row.devices.length ? phones(row.devices) : [word("own_no_phones")]));
  tell(notHimself(row));
  const chosen = row.intent && el("told").hidden ? [word("chosen", { state: named("intent", row.intent) })] : [];
  const out = (row.opted_out ?? []).map((queue) => word("out_of_queue", { queue }));
  el("out-of").textContent = [...chosen, ...out].join(", ");
}

async function read() {
  try { show(await ask("GET", "/me/agent")); } catch (error) {
    try { signInIfOut(error); } catch {
      lost = true;
      say(error instanceof Refused ? error.message : word("unreachable"), true);
    }
  }
}

button.type = "button";
button.className = "main";
button.textContent = word("set");
button.addEventListener("click", () => openSetting(agent, me.company));
onSet(read);
await read();
setInterval(read, 5000);
