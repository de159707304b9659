// The words of the page's language, from the same file that the server fills the pages with.
export const language = document.documentElement.lang;
const words = await (await fetch(`/static/words/${language}.json`)).json();

/** The words for a key with its {facts} filled in; the key itself when there are none. */
export function word(key, facts = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

/** The words for a value of a set that may grow, such as state_break: the value itself when it has no words yet. */
export function named(set, value, facts = {}) {
  return words[`${set}_${value}`] ? word(`${set}_${value}`, facts) : value;
}
