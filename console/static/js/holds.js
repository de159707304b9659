// Outside calls that the fraud guard holds: said where they are, with a button for those who may lift that.
import { call as ask } from "./api.js";
import { sure, tried } from "./asking.js";
import { span } from "./rows.js";
import { me } from "./supervision.js";
import { named, word } from "./words.js";

const may = me.permissions.includes("lift_holds");

async function lift(path, who) {
  if (!await sure(word("sure_lift", { who }), word("lift"))) return;
  await tried(() => ask("DELETE", path), word("done_lift"));
}

function button(path, who) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "do";
  made.dataset.does = "lift";
  made.textContent = word("lift");
  made.ariaLabel = word("lift_whose", { who });
  made.addEventListener("click", () => lift(path, who));
  return made;
}

/** What is said of an agent whose calls are held: nodes for his cell, none when they are not. */
export function heldBadge(row, company) {
  if (!row.held) return [];
  const badge = span("held", word("held", { why: named("held", row.held) }));
  const path = `/companies/${encodeURIComponent(company)}/agents/${encodeURIComponent(row.extension)}/hold`;
  return may ? [badge, button(path, `${row.name} (${row.extension})`)] : [badge];
}

/** The button for the whole company's hold; none for those who may not. */
export function liftCompany(company) {
  return may ? [button(`/companies/${encodeURIComponent(company)}/holds`, word("the_company"))] : [];
}
