// How long something has lasted, as people read it.
import { word } from "./words.js";

const DAY = 86400;
const two = (number) => String(number).padStart(2, "0");

/** `4:07`, `1:04:07`, `3 d 4 h`; nothing when there is no beginning. */
export function lasting(since, now) {
  if (!since) return "";
  const seconds = Math.max(0, Math.floor(now - since));
  if (seconds >= DAY) return word("days", { days: Math.floor(seconds / DAY), hours: Math.floor((seconds % DAY) / 3600) });
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
