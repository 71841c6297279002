// One set of members in all the ways in which a JavaScript object may have them. `JSON.stringify`
// looks at own enumerable members with a text for a key, and asks `toJSON` first.
const hide = (target, key, value) => Object.defineProperty(target, key, { value, enumerable: false });

/** An object's members, as `[key, value]`. */
const OBJECTS = {
  plain: (members) => fromMembers({}, members),
  "no prototype": (members) => fromMembers(Object.create(null), members),
  "an instance of a class": (members) => fromMembers(new (class Item {})(), members),
  "a class with getters": (members) => {
    class Item {
      get EventId() {
        return "e-inherited";
      }
      get odd() {
        return 1;
      }
    }
    // A definition, since an assignment would find a getter without a setter.
    return fromMembers(new Item(), members);
  },
  "inherited members": (members) =>
    fromMembers(Object.create({ EventId: "e-9", Password: "Correct7horse", odd: 1 }), members),
  "all members inherited": (members) => Object.create(fromMembers({}, members)),
  getters: (members) => {
    const made = {};
    for (const [key, value] of members) {
      Object.defineProperty(made, key, { get: () => value, enumerable: true, configurable: true });
    }
    return made;
  },
  "a getter among members": (members, dice) => {
    const made = fromMembers({}, members);
    const [key, value] = dice.pick(members) ?? ["odd", 1];
    return Object.defineProperty(made, key, { get: () => value, enumerable: true });
  },
  "dictionary mode": (members) => {
    const made = fromMembers({ made: 1 }, members);
    delete made.made;
    return made;
  },
  frozen: (members) => Object.freeze(fromMembers({}, members)),
  symbols: (members) => Object.assign(fromMembers({ [Symbol("odd")]: 1 }, members), { [Symbol.toPrimitive]: 1 }),
  "hidden members": (members) => hide(hide(fromMembers({}, members), "odd", 1), "PlanUtcTime", 2),
  "a member is hidden": (members, dice) => {
    const made = fromMembers({}, members);
    const [key, value] = dice.pick(members) ?? ["odd", 1];
    return hide(made, key, value);
  },
  "a proxy": (members) => new Proxy(fromMembers({}, members), {}),
  "a proxy with traps": (members) =>
    new Proxy(fromMembers({}, members), {
      ownKeys: (target) => Reflect.ownKeys(target).reverse(),
      get: (target, key, self) => Reflect.get(target, key, self),
      getOwnPropertyDescriptor: (target, key) => Reflect.getOwnPropertyDescriptor(target, key),
      has: () => true,
    }),
  "a proxy that makes members up": (members) =>
    new Proxy({}, {
      ownKeys: () => [...new Set(members.map(([key]) => key))],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      get: (_, key) => members.findLast(([name]) => name === key)?.[1],
    }),
  "a proxy of an array": (members) => new Proxy(fromMembers([], members), {}),
  toJSON: (members) => ({ EventId: "e-not-this", toJSON: () => fromMembers({}, members) }),
  "toJSON that is hidden": (members) => hide({ odd: 1 }, "toJSON", () => fromMembers({}, members)),
  "toJSON that is inherited": (members) =>
    Object.create({ toJSON: () => fromMembers({}, members) }, { odd: { value: 1, enumerable: true } }),
  "toJSON in toJSON": (members) => ({ toJSON: () => ({ toJSON: () => 5, ...Object.fromEntries(members) }) }),
  "toJSON that is no function": (members) => fromMembers({ toJSON: null }, members),
  "an array with members": (members) => fromMembers([], members),
  "a function with members": (members) => fromMembers(() => {}, members),
  "a Map with members": (members) => fromMembers(new Map(), members),
  "a Date with members": (members) => fromMembers(new Date(0), members),
  "a text in a box": (members) => fromMembers(new String("e-1"), members),
  "a number in a box": (members) => fromMembers(new Number(7), members),
  "an error": (members) => fromMembers(new Error("odd"), members),
  arguments: (members) => fromMembers((function () { return arguments; })(), members),
  undefined: (members) => fromMembers(fromMembers({}, members), [["PlanUtcTime", undefined], ["odd", undefined]]),
};

/** A list's items. */
const ARRAYS = {
  plain: (items) => items,
  "a copy of another class": (items) => Object.assign(new (class List extends Array {})(), items),
  "of no prototype": (items) => Object.setPrototypeOf([...items], null),
  "a proxy": (items) => new Proxy(items, {}),
  holes: (items) => {
    const made = Array(items.length + 2);
    items.forEach((item, index) => { made[index === 0 ? 0 : index + 1] = item; });
    return made;
  },
  "of undefined and functions": (items) => [...items, undefined, () => {}, Symbol("odd")],
  "with members": (items) => Object.assign([...items], { odd: 1, EventId: "e-1" }),
  "with getters": (items) => {
    const made = [];
    items.forEach((item, index) => {
      Object.defineProperty(made, index, { get: () => item, enumerable: true });
    });
    return made;
  },
  "with hidden items": (items) => {
    const made = [];
    items.forEach((item, index) => hide(made, index, item));
    return made;
  },
  frozen: (items) => Object.freeze([...items]),
  "toJSON of its own": (items) => Object.assign(["not this"], { toJSON: () => items }),
  "an object like an array": (items) => ({ ...items, length: items.length }),
  "a Set": (items) => new Set(items),
  "an iterator": (items) => items.values(),
  numbers: () => Float64Array.of(1, 2),
  long: (items) => {
    const made = [...items];
    made.length = 40;
    return made;
  },
};

/** Defines members, as a literal would: `__proto__` is a key like any other. */
function fromMembers(target, members) {
  for (const [key, value] of members) {
    if (key === "length" && Array.isArray(target)) continue;
    // A text in a box keeps its letters.
    Reflect.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return target;
}

const KINDS = { object: Object.entries(OBJECTS), array: Object.entries(ARRAYS) };

/** An object with these members: mostly a plain one. */
export const object = (dice, members) => dressed(dice, KINDS.object, members);

/** A list with these items: mostly a plain one. */
export const array = (dice, items) => dressed(dice, KINDS.array, items);

const dressed = (dice, kinds, content) => (dice.once(3) ? dice.pick(kinds)[1](content, dice) : kinds[0][1](content));
