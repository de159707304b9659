// The live page: one stream of the whole board, drawn when it changes; seconds are counted here.
const words = {
  fr: { calls: "Appels en cours", agents: "Agents", other: "English", live: "En direct", wait: "Connexion…",
    lost: "Liaison perdue, nouvel essai…", no_redis: "Redis ne répond pas : l'état des agents est inconnu.",
    no_switch: "Le commutateur n'est pas suivi : l'état peut être ancien.", unknown_company: "Cette entreprise n'est pas publiée.",
    noCalls: "Aucun appel. Appelez un numéro de l'entreprise : il apparaîtra ici.",
    noAgents: "Aucun utilisateur. Ajoutez-en au document de l'entreprise.", from: "de", with: "avec", hidden: "numéro masqué",
    available: "disponible", on_call: "en appel", ringing: "sonne", acw: "post-appel", offline: "hors ligne", dnd: "ne pas déranger",
    dnd_queues: "pas de files", break: "en pause", out_of_hours: "hors horaire", away: "absent", busy: "occupé",
    "in progress": "en traitement", bridged: "en conversation" },
  en: { calls: "Calls in progress", agents: "Agents", other: "Français", live: "Live", wait: "Connecting…",
    lost: "Connection lost, trying again…", no_redis: "Redis does not answer: agents' states are unknown.",
    no_switch: "The switch is not followed: states may be old.", unknown_company: "This company is not published.",
    noCalls: "No calls. Call one of the company's numbers and it will appear here.",
    noAgents: "No users. Add some to the company document.", from: "from", with: "with", hidden: "number withheld",
    available: "available", on_call: "on a call", ringing: "ringing", acw: "wrap-up", offline: "offline", dnd: "do not disturb",
    dnd_queues: "no queues", break: "on break", out_of_hours: "out of hours", away: "away", busy: "busy",
    "in progress": "being handled", bridged: "talking" },
};
const signs = { available: "●", on_call: "☎", bridged: "☎", ringing: "◔", acw: "✎", offline: "○", dnd: "⊘", dnd_queues: "⊘",
  break: "☕", out_of_hours: "◌", away: "◌", busy: "◆", "in progress": "◔" };
const el = (id) => document.getElementById(id);
let language = localStorage.getItem("language") || ((navigator.language || "fr").startsWith("fr") ? "fr" : "en");
let board = { presence: "wait", agents: [], calls: [] };
let skew = 0;
const t = (key) => words[language][key] ?? key;

function lasting(since) {
  if (!since) return "";
  const s = Math.max(0, Math.round(Date.now() / 1000 - since + skew));
  const two = (n) => String(n).padStart(2, "0");
  return s < 86400 ? `${s >= 3600 ? Math.floor(s / 3600) + ":" : ""}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : "";
}
function row(kind, title, state, detail, since) {
  const item = document.createElement("li");
  item.className = state;
  const name = document.createElement("strong");
  name.textContent = title;
  const how = document.createElement("span");
  how.className = "state";
  how.dataset.sign = signs[state] ?? "·";
  how.textContent = t(state);
  const time = document.createElement("span");
  time.className = "detail since";
  time.dataset.since = state === "offline" ? 0 : since;
  time.textContent = state === "offline" ? "" : ` ${lasting(since)}`;
  const more = document.createElement("div");
  more.className = "detail";
  more.textContent = detail;
  item.append(name, how, time, more);
  return item;
}
function empty(text) {
  const item = document.createElement("li");
  item.className = "empty";
  item.textContent = text;
  return item;
}
function draw() {
  document.documentElement.lang = language;
  for (const id of ["calls", "agents"]) el(`${id}-title`).textContent = t(id);
  el("language").textContent = t("other");
  const good = board.presence === "live";
  el("link").textContent = t(board.presence);
  el("link").className = good || board.presence === "wait" ? "" : "bad";
  const calls = board.calls.map((c) => row("call", `${t("from")} ${c.from || t("hidden")}`, c.state,
    [c.entry?.split(".")[1], c.ringing?.join(", "), c.with && `${t("with")} ${c.with}`].filter(Boolean).join(" · "), c.since));
  el("calls").replaceChildren(...(calls.length ? calls : [empty(t("noCalls"))]));
  const agents = board.agents.map((a) => row("agent", `${a.name} · ${a.extension}`, a.state,
    [a.devices.join(", "), a.with.filter(Boolean).join(", ")].filter(Boolean).join(" · "), a.since));
  el("agents").replaceChildren(...(agents.length ? agents : [empty(t("noAgents"))]));
}
let stream;
function follow(company) {
  stream?.close();
  stream = new EventSource(`/events/${encodeURIComponent(company)}`);
  stream.onmessage = (message) => { board = JSON.parse(message.data); requestAnimationFrame(draw); };
  stream.onerror = () => { board = { ...board, presence: "lost" }; draw(); };
}
el("language").onclick = () => { language = language === "fr" ? "en" : "fr"; localStorage.setItem("language", language); draw(); };
el("company").onchange = () => follow(el("company").value);
setInterval(() => document.querySelectorAll(".since").forEach((s) => { s.textContent = ` ${lasting(+s.dataset.since)}`; }), 1000);
draw();
const { companies } = await (await fetch("/api/v1/companies")).json();
el("company").replaceChildren(...companies.map((id) => new Option(id, id)));
if (companies.length) follow(companies[0]);
