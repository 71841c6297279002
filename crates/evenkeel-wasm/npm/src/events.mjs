// The events of a page, made of the numbers and the one text that the module hands out (see `events.rs`).

const ABSENT = 0xffffffff;

/** A page's events as objects. */
export function unpackEvents([words, text]) {
  let at = 0;
  const next = () => {
    const from = words[at++];
    const length = words[at++];
    return from === ABSENT ? undefined : text.substring(from, from + length);
  };
  // In most events they are the same: one text each serves them all.
  const names = new Map();
  const name = () => {
    // An empty text begins where the one after it does.
    if (words[at + 1] === 0) return next();
    const from = words[at];
    const known = names.get(from);
    if (known !== undefined) {
      at += 2;
      return known;
    }
    const made = next();
    names.set(from, made);
    return made;
  };
  const events = new Array(words[at++]);
  for (let index = 0; index < events.length; index++) {
    const event = {
      account: name(),
      provider: name(),
      id: next(),
      resource_id: next(),
      type: { raw: name(), kind: name() },
      state: { raw: name(), kind: name() },
    };
    const level = name();
    if (level !== undefined) event.level = level;
    for (const key of TIMES) {
      const time = next();
      if (time !== undefined) event[key] = time;
    }
    const source = name();
    const raw = next();
    event.description = {};
    for (let left = words[at++]; left > 0; left--) {
      const locale = name();
      const told = next();
      // A locale may have any name, and none of them is a setter.
      if (locale === "__proto__") Object.defineProperty(event.description, locale, member(told));
      else event.description[locale] = told;
    }
    if (source !== undefined) event.source = source;
    event.raw = raw;
    event.actions = new Array(words[at++]);
    for (let offer = 0; offer < event.actions.length; offer++) {
      event.actions[offer] = { action: name(), applies: name(), data_loss: name() };
    }
    events[index] = event;
  }
  return events;
}

const TIMES = ["published_at", "not_before", "not_after", "deadline", "started_at", "finished_at"];

const member = (value) => ({ value, configurable: true, enumerable: true, writable: true });
