// One question before what cannot be taken back; and what the server says of what was asked for, where everybody hears it.
import { Refused, signInIfOut } from "./api.js";
import { word } from "./words.js";

const dialog = document.getElementById("asking");
const said = document.getElementById("said");

/** True when he is sure. Escape is no. */
export function sure(question, yes) {
  dialog.querySelector("p").textContent = question;
  const [no, done] = dialog.querySelectorAll("button");
  done.textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function say(text, bad = false) {
  said.textContent = text;
  said.classList.toggle("bad", bad);
  said.hidden = !text;
}

/** Do it, and say why when it is refused. */
export async function tried(doing, done = "") {
  say("");
  try {
    const answer = await doing();
    say(done);
    return answer;
  } catch (error) {
    try { signInIfOut(error); } catch { say(error instanceof Refused ? error.message : word("unreachable"), true); }
    return undefined;
  }
}
