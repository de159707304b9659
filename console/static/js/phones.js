// Somebody's phones, and whether each is connected: with a sign, a colour and, for who hears the page, a word.
import { span } from "./rows.js";
import { word } from "./words.js";

function phone(device) {
  const how = device.registered === null ? "not_known" : device.registered ? "registered" : "not_registered";
  const made = span(`phone ${how}`, `${device.registered ? "✓" : device.registered === null ? "?" : "✕"} ${device.id}`, word(how));
  made.append(span("quiet", ` ${word(how)}`));
  return made;
}

export function phones(devices) {
  return devices.length ? devices.map(phone) : [span("detail", word("no_phones"))];
}
