// What every page has: the other language, and the way out.
import { call } from "./api.js";

const YEAR = 365 * 24 * 3600;
const other = document.getElementById("language");

other.addEventListener("click", async () => {
  // The cookie is for pages before signing in, the account for all others and for other browsers.
  document.cookie = `relais_language=${other.value}; path=/; max-age=${YEAR}; samesite=lax`;
  if ("account" in other.dataset) await call("PATCH", "/me", { language: other.value }).catch(() => {});
  location.reload();
});

document.getElementById("sign-out")?.addEventListener("click", async () => {
  // Whatever comes of it, the next page shows it: still signed in, or a console that is not there.
  await call("DELETE", "/session").catch(() => {});
  location.assign("/sign-in");
});
