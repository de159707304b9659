// Signing in: what is wrong is said above the form, and the cursor is where to mend it.
import { Refused, call } from "./api.js";
import { word } from "./words.js";

const form = document.getElementById("sign-in");
const refused = document.getElementById("refused");

function say(text, field) {
  refused.textContent = text;
  refused.hidden = false;
  field.focus();
  field.select();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, password } = form.elements;
  const empty = [name, password].find((field) => !field.value);
  if (empty) return say(word("name_and_password"), empty);
  try {
    await call("POST", "/session", { name: name.value, password: password.value });
    location.assign("/");
  } catch (error) {
    say(error instanceof Refused ? error.message : word("unreachable"), password);
  }
});

// Until here the browser would have sent the form itself, to an address that takes none.
form.querySelector("button.main").disabled = false;
