// The live board: agents and calls of one company, filtered and sorted here, counted here every second.
import { settingCell } from "./agent_setting.js";
import { call, signInIfOut } from "./api.js";
import { lasting } from "./durations.js";
import { LiveFeed } from "./feed.js";
import { heldBadge, liftCompany } from "./holds.js";
import { phones } from "./phones.js";
import { Rows, cell, sinceCell, span } from "./rows.js";
import { supervisionCell } from "./supervision.js";
import { language, named, word } from "./words.js";

const el = (id) => document.getElementById(id);
const SIGNS = {
  available: "●", on_call: "☎", bridged: "☎", ringing: "◔", "in progress": "◔", acw: "✎", offline: "○", dnd: "⊘", dnd_queues: "⊝",
  break: "‖", out_of_hours: "◑", away: "◇", busy: "◆", unknown: "?",
};
const STATES = Object.keys(SIGNS).filter((state) => !["bridged", "in progress"].includes(state));
const kept = new URLSearchParams(location.search);
const wish = { text: kept.get("q") ?? "", sort: kept.get("sort") ?? "name", states: new Set(kept.get("states")?.split(",") ?? []) };
const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
let feed;
let lostAt = null;

// --- rows ---------------------------------------------------------------------------------------------

function state(set, value) {
  const made = span("state", ` ${named(set, value)}`);
  const sign = span("sign", SIGNS[value] ?? "·");
  sign.ariaHidden = "true";
  made.prepend(sign);
  return cell("is", made);
}

function units(agent) {
  const out = (agent.opted_out ?? []).map((queue) => span("detail", ` ${word("out_of_queue", { queue })}`));
  return [...out, ...Object.entries(agent.capacity ?? {}).map(([profile, each]) => span("detail", ` ${profile} ${each.used}/${each.limit}`))];
}

const agentRows = new Rows(el("agents"), (agent) => ({
  className: agent.state,
  cells: [
    state("state", agent.shown || agent.state),
    cell("who", span("strong", agent.name), " ", span("detail", agent.extension), ...units(agent), ...heldBadge(agent, feed.company)),
    cell("why", agent.talking_to?.length ? `${word("talks_to")} ${agent.talking_to.map(person).join(", ")}` : named("reason", agent.reason)),
    settingCell(agent, feed.company),
    cell("phones", ...phones(agent.devices)),
    sinceCell(agent.since),
  ],
}));

/** Whose extension or phone this is, when it is somebody's. */
function person(ident) {
  const { agents } = feed.board;
  const agent = Object.hasOwn(agents, ident) ? agents[ident]
    : Object.values(agents).find((each) => each.devices.some((device) => device.id === ident));
  return agent ? `${agent.name} (${ident})` : ident;
}

const callRows = new Rows(el("calls"), (call) => ({
  className: call.state === "bridged" ? "on_call" : "ringing",
  cells: [
    state("call", call.state),
    cell("who", span("strong", call.caller ? person(call.caller) : word("withheld"))),
    cell("to", span("label", `${word("column_dialled")} `), person(call.dialled)),
    cell("why", call.answered_by ? person(call.answered_by) : call.ringing?.length ? `${word("rings")} ${call.ringing.map(person).join(", ")}` : ""),
    supervisionCell(feed.company, call, call.caller ? person(call.caller) : word("withheld"), person),
    sinceCell(call.since),
  ],
}));

// --- filter and order -----------------------------------------------------------------------------------

function wanted(agent) {
  if (wish.states.size && !wish.states.has(agent.state)) return false;
  const text = wish.text.trim().toLocaleLowerCase(language);
  const all = [agent.name, agent.extension, ...agent.devices.map((device) => device.id)];
  return !text || all.some((each) => each.toLocaleLowerCase(language).includes(text));
}

const byName = (a, b) => collator.compare(a.name, b.name) || collator.compare(a.extension, b.extension);
const ORDERS = {
  name: byName,
  extension: (a, b) => collator.compare(a.extension, b.extension),
  state: (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || byName(a, b),
  longest: (a, b) => (a.since || Infinity) - (b.since || Infinity) || byName(a, b),
  latest: (a, b) => b.since - a.since || byName(a, b),
};

function showStates(agents) {
  const counts = new Map();
  for (const agent of agents) counts.set(agent.state, (counts.get(agent.state) ?? 0) + 1);
  for (const button of el("states").children) {
    const count = counts.get(button.value) ?? 0;
    button.hidden = count === 0 && !wish.states.has(button.value);
    button.lastElementChild.textContent = ` ${count}`;
    button.ariaPressed = String(wish.states.has(button.value));
  }
}

function showAgents(board, changed) {
  const all = Object.values(board.agents);
  const shown = all.filter(wanted).sort(ORDERS[wish.sort] ?? byName);
  agentRows.show(board.agents, shown.map((agent) => agent.extension), changed);
  showStates(all);
  el("agents-count").textContent = shown.length === all.length ? all.length : `${shown.length} / ${all.length}`;
  el("no-agents").hidden = all.length > 0;
  el("tools").hidden = all.length === 0;
  el("none-registered").hidden = all.length === 0 || all.some((agent) => agent.devices.some((device) => device.registered !== false));
  el("none-found").hidden = all.length === 0 || shown.length > 0;
}

function showCalls(board, changed) {
  const order = Object.values(board.calls).sort((a, b) => a.since - b.since || collator.compare(a.id, b.id)).map((call) => call.id);
  callRows.show(board.calls, order, changed);
  el("calls-count").textContent = order.length || "";
}

// --- what nobody may miss ---------------------------------------------------------------------------------

function alertText(alert) {
  const who = alert.extension && alert.who !== alert.extension ? `${alert.who} (${alert.extension})` : alert.who || word("somebody");
  const said = named("alert", alert.kind, { who, dialled: alert.dialled ?? "", state: alert.kind === "company_held" ? named("held", alert.state) : alert.state ?? "" });
  const more = alert.kind === "emergency" ? named("alert", "emergency_from", { site: alert.site || word("no_site"), shown: alert.shown || "–" }) : "";
  const made = document.createElement("li");
  made.className = alert.kind;
  made.append(span("strong", said), ...(more ? [" ", span("detail", more)] : []));
  if (alert.kind === "company_held") made.append(" ", ...liftCompany(feed.company));
  if (alert.since) made.append(" ", span("time", new Date(alert.since * 1000).toLocaleTimeString(language)));
  return made;
}

function showAlerts(board) {
  const all = Object.values(board.alerts ?? {}).sort((a, b) => (a.kind === b.kind ? b.since - a.since : a.kind === "emergency" ? -1 : 1));
  const key = JSON.stringify(all);
  if (el("alerts").dataset.shown === key) return; // said once by whoever reads the page aloud
  el("alerts").dataset.shown = key;
  el("alerts").replaceChildren(...all.map(alertText));
  el("alerts").hidden = all.length === 0;
}

// --- the line -------------------------------------------------------------------------------------------

function showLink() {
  const presence = feed.board.presence;
  const trouble = lostAt ? word("lost", { time: lostAt }) : ["no_redis", "no_switch"].includes(presence) ? word(presence) : "";
  const banner = el("banner");
  if (banner.firstElementChild.textContent !== trouble) banner.firstElementChild.textContent = trouble;
  banner.hidden = !trouble;
  el("retry").hidden = !lostAt;
  el("live").classList.toggle("old", Boolean(trouble));
  // Without Redis nothing is known of calls: that is not "no calls".
  el("no-calls").hidden = presence === "no_redis" || Object.keys(feed.board.calls).length > 0;
  const said = lostAt ? "" : word(presence === "connecting" ? "connecting" : trouble ? "" : "live");
  if (el("link").textContent !== said) el("link").textContent = said;
}

function count() {
  if (lostAt) return;
  for (const rows of [agentRows, callRows]) rows.count((since) => lasting(since, feed.now()));
}

function follow(company) {
  feed?.end();
  feed = new LiveFeed(company, {
    changed(board, agents, calls) {
      requestAnimationFrame(() => {
        if (!agents || agents.length) showAgents(board, agents);
        if (!calls || calls.length) showCalls(board, calls);
        showAlerts(board);
        showLink();
        count();
      });
    },
    lost() {
      lostAt ??= new Date().toLocaleTimeString(language);
      showLink();
    },
    found() {
      if (lostAt) { lostAt = null; showLink(); }
    },
  });
}

// --- what people choose -----------------------------------------------------------------------------------

function chosen() {
  const query = new URLSearchParams();
  if (el("company").selectedIndex > 0) query.set("company", el("company").value);
  if (wish.text) query.set("q", wish.text);
  if (wish.sort !== "name") query.set("sort", wish.sort);
  if (wish.states.size) query.set("states", [...wish.states].join(","));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  showAgents(feed.board, []);
  count();
}

function stateButton(value) {
  const button = document.createElement("button");
  button.type = "button";
  button.value = value;
  button.className = value;
  const sign = span("sign", SIGNS[value]);
  sign.ariaHidden = "true";
  button.append(sign, ` ${named("state", value)}`, span("count", ""));
  button.hidden = true;
  button.addEventListener("click", () => {
    if (!wish.states.delete(value)) wish.states.add(value);
    chosen();
  });
  return button;
}

el("states").append(...STATES.map(stateButton));
el("search").value = wish.text;
el("sort").value = wish.sort in ORDERS ? wish.sort : "name";
el("search").addEventListener("input", () => { wish.text = el("search").value; chosen(); });
el("sort").addEventListener("change", () => { wish.sort = el("sort").value; chosen(); });
el("show-all").addEventListener("click", () => {
  wish.text = el("search").value = "";
  wish.states.clear();
  chosen();
  el("search").focus();
});
el("company").addEventListener("change", () => { follow(el("company").value); chosen(); });
el("retry").addEventListener("click", () => feed.again());
if (kept.has("company")) el("company").value = kept.get("company");
if (el("company").selectedIndex < 0) el("company").selectedIndex = 0;
if (el("company").value) {
  follow(el("company").value);
  setInterval(count, 1000);
} else {
  setInterval(async () => {
    const { companies } = await call("GET", "/companies").catch(signInIfOut);
    if (companies.length) location.reload();
  }, 3000);
}
