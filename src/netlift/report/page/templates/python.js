"use strict";
// What Python's operations do, for programs in the language of netlift. Whole numbers are BigInts, truth
// values booleans, lists arrays, texts strings; tuples, sets and dictionaries are of the classes below.
const python = (() => {
  class PyError extends Error {
    constructor(kind, text) { super(kind + ": " + text); this.kind = kind; this.text = text; }
  }
  class Tuple { constructor(items) { this.items = items; } }
  class Range { constructor(start, stop, step) { this.start = start; this.stop = stop; this.step = step; } }
  class Slice { constructor(start, stop, step) { this.start = start; this.stop = stop; this.step = step; } }
  class Dict { constructor() { this.map = new Map(); } }
  class PySet { constructor() { this.map = new Map(); } }

  const fail = (kind, text) => { throw new PyError(kind, text); };
  const cannot = (what) => fail("NotInThePage", what + " is done by program.py alone");
  const isInt = (v) => typeof v === "bigint" || typeof v === "boolean";
  const int = (v) => typeof v === "boolean" ? (v ? 1n : 0n) : v;
  const isText = (v) => typeof v === "string";
  const chars = (v) => [...v];
  const kind = (v) => v === null ? "NoneType" : v === undefined ? "undefined" : typeof v === "bigint" ? "int"
    : typeof v === "boolean" ? "bool" : isText(v) ? "str" : Array.isArray(v) ? "list" : v instanceof Tuple ? "tuple"
    : v instanceof Dict ? "dict" : v instanceof PySet ? "set" : v instanceof Range ? "range" : "generator";
  const wrong = (sign, a, b) =>
    fail("TypeError", `unsupported operand type(s) for ${sign}: '${kind(a)}' and '${kind(b)}'`);

  // Two values are one key where Python says that they are equal: True is 1, (1, 2) is (1, 2).
  const key = (v) => {
    if (isInt(v)) return "i" + int(v);
    if (isText(v)) return "s" + v.length + ":" + v;
    if (v === null) return "n";
    if (v instanceof Tuple) return "t" + v.items.length + "(" + v.items.map(key).join(",") + ")";
    return fail("TypeError", `unhashable type: '${kind(v)}'`);
  };
  const size = (r) => {
    const far = r.step > 0n ? r.stop - r.start : r.start - r.stop;
    const step = r.step > 0n ? r.step : -r.step;
    return far <= 0n ? 0n : (far + step - 1n) / step;
  };
  function* live(map) {
    const before = map.size;
    for (const entry of map.values()) {
      yield Array.isArray(entry) ? entry[0] : entry;
      if (map.size !== before) fail("RuntimeError", "it changed size during iteration");
    }
  }
  function* counted(r) {
    for (let at = 0n, n = size(r), v = r.start; at < n; at++, v += r.step) yield v;
  }
  // Sets of more than one element go round in an order that only Python knows.
  const iter = (v, ordered = true) => {
    if (Array.isArray(v)) return v[Symbol.iterator]();
    if (isText(v)) return chars(v)[Symbol.iterator]();
    if (v instanceof Tuple) return v.items[Symbol.iterator]();
    if (v instanceof Range) return counted(v);
    if (v instanceof Dict) return live(v.map);
    if (v instanceof PySet) {
      if (ordered && v.map.size > 1) cannot("going through a set");
      return live(v.map);
    }
    if (v !== null && typeof v === "object" && typeof v.next === "function") return v;
    return fail("TypeError", `'${kind(v)}' object is not iterable`);
  };
  const items = (v, ordered = true) => [...iter(v, ordered)];
  const truth = (v) => isInt(v) ? int(v) !== 0n : isText(v) ? v !== "" : v === null ? false
    : typeof v.next === "function" ? true : length(v) !== 0n;
  const length = (v) => isText(v) ? BigInt(chars(v).length) : Array.isArray(v) ? BigInt(v.length)
    : v instanceof Tuple ? BigInt(v.items.length) : v instanceof Range ? size(v)
    : v instanceof Dict || v instanceof PySet ? BigInt(v.map.size)
    : fail("TypeError", `object of type '${kind(v)}' has no len()`);
  const list = (v) => Array.isArray(v) ? v : v instanceof Tuple ? v.items : null;

  const same = (a, b) => {
    if (isInt(a) && isInt(b)) return int(a) === int(b);
    if (isText(a) || isText(b) || a === null || b === null) return a === b;
    if ((Array.isArray(a) && Array.isArray(b)) || (a instanceof Tuple && b instanceof Tuple)) {
      const x = list(a), y = list(b);
      return x.length === y.length && x.every((one, at) => same(one, y[at]));
    }
    if (a instanceof PySet && b instanceof PySet)
      return a.map.size === b.map.size && [...a.map.keys()].every((k) => b.map.has(k));
    if (a instanceof Dict && b instanceof Dict)
      return a.map.size === b.map.size
        && [...a.map].every(([k, [, v]]) => b.map.has(k) && same(v, b.map.get(k)[1]));
    if (a instanceof Range && b instanceof Range) {
      const n = size(a);
      return n === size(b) && (n === 0n || (a.start === b.start && (n === 1n || a.step === b.step)));
    }
    return a === b;
  };
  const order = (sign, a, b) => {
    if (isInt(a) && isInt(b)) { a = int(a); b = int(b); return a < b ? -1 : a > b ? 1 : 0; }
    if (isText(a) && isText(b)) {
      const x = chars(a), y = chars(b);
      for (let at = 0; at < Math.min(x.length, y.length); at++)
        if (x[at] !== y[at]) return x[at].codePointAt(0) < y[at].codePointAt(0) ? -1 : 1;
      return x.length - y.length;
    }
    if (kind(a) === kind(b) && list(a)) {
      const x = list(a), y = list(b);
      for (let at = 0; at < Math.min(x.length, y.length); at++)
        if (!same(x[at], y[at])) return order(sign, x[at], y[at]);
      return x.length - y.length;
    }
    return fail("TypeError", `'${sign}' not supported between instances of '${kind(a)}' and '${kind(b)}'`);
  };
  const subset = (a, b) => [...a.map.keys()].every((k) => b.map.has(k));
  const sets = (a, b) => a instanceof PySet && b instanceof PySet;
  const setof = (values) => {
    const made = new PySet();
    for (const v of values) { const k = key(v); if (!made.map.has(k)) made.map.set(k, v); }
    return made;
  };
  const kept = (a, test) => setof([...a.map].filter(([k]) => test(k)).map(([, v]) => v));
  const contains = (v, where) => {
    if (isText(where)) return isText(v) ? where.includes(v)
      : fail("TypeError", `'in <string>' requires string as left operand, not ${kind(v)}`);
    if (where instanceof Dict || where instanceof PySet) return where.map.has(key(v));
    if (where instanceof Range) {
      if (!isInt(v)) return false;
      const away = int(v) - where.start;
      return away % where.step === 0n && away / where.step >= 0n && away / where.step < size(where);
    }
    if (list(where)) return list(where).some((one) => same(one, v));
    for (const one of iter(where)) if (same(one, v)) return true;
    return false;
  };
  const place = (v, n, what) => {
    if (!isInt(v)) fail("TypeError", `${what} indices must be integers or slices, not ${kind(v)}`);
    const at = int(v) < 0n ? int(v) + BigInt(n) : int(v);
    if (at < 0n || at >= BigInt(n)) fail("IndexError", `${what} index out of range`);
    return Number(at);
  };
  const places = (s, n) => {
    const step = s.step === null ? 1n : int(s.step), many = BigInt(n);
    if (step === 0n) fail("ValueError", "slice step cannot be zero");
    const [low, high] = step > 0n ? [0n, many] : [-1n, many - 1n];
    const within = (v, otherwise) => {
      if (v === null) return otherwise;
      let at = int(v);
      if (at < 0n) at += many;
      return at < low ? low : at > high ? high : at;
    };
    const start = within(s.start, step > 0n ? 0n : many - 1n), stop = within(s.stop, step > 0n ? many : -1n);
    return [...counted(new Range(start, stop, step))].map(Number);
  };
  const sequence = (v) => isText(v) ? chars(v) : list(v) ?? (v instanceof Range ? [...counted(v)] : null);
  const alike = (v, parts) => isText(v) ? parts.join("") : v instanceof Tuple ? new Tuple(parts) : parts;

  const short = (v) => v.length > 1e6 ? cannot("so long a list") : v;
  const MOST_BITS = 1n << 20n; // of a shift or a power, beyond which a page would stand still
  const floordiv = (a, b) => {
    if (b === 0n) fail("ZeroDivisionError", "integer division or modulo by zero");
    const q = a / b;
    return a % b !== 0n && (a < 0n) !== (b < 0n) ? q - 1n : q;
  };
  const mod = (a, b) => {
    if (b === 0n) fail("ZeroDivisionError", "integer division or modulo by zero");
    const r = a % b;
    return r !== 0n && (r < 0n) !== (b < 0n) ? r + b : r;
  };
  const numbers = (sign, work) => (a, b) => isInt(a) && isInt(b) ? work(int(a), int(b)) : wrong(sign, a, b);
  const bits = (sign, work, logic, among) => (a, b) =>
    typeof a === "boolean" && typeof b === "boolean" ? logic(a, b)
      : isInt(a) && isInt(b) ? work(int(a), int(b)) : sets(a, b) ? among(a, b) : wrong(sign, a, b);
  const shift = (work) => (a, b) => {
    if (b < 0n) fail("ValueError", "negative shift count");
    if (b > MOST_BITS && a !== 0n) cannot("so large a shift");
    return work(a, b);
  };
  const repeat = (v, n) => {
    const times = n < 0n ? 0 : Number(n), parts = sequence(v);
    if (times * parts.length > 1e6) cannot("so long a list");
    return alike(v, Array.from({ length: times }, () => parts).flat(1));
  };

  const $ = {
    truth, iter, setof,
    tupled: (values) => new Tuple(values),
    dictof: (pairs) => {
      const made = new Dict();
      for (const [k, v] of pairs) $.setitem(made, k, v);
      return made;
    },
    slice: (start, stop, step) => new Slice(start, stop, step),
    read: (v, name) => v === undefined ? fail("UnboundLocalError", `'${name}' has no value yet`) : v,
    unpack: (v, n) => {
      const parts = items(v);
      if (parts.length === n) return parts;
      return fail("ValueError", parts.length < n ? `not enough values to unpack (expected ${n}, got ${parts.length})`
        : `too many values to unpack (expected ${n})`);
    },
    add: (a, b) => isInt(a) && isInt(b) ? int(a) + int(b) : isText(a) && isText(b) ? short(a + b)
      : list(a) && kind(a) === kind(b) ? alike(a, short([...list(a), ...list(b)])) : wrong("+", a, b),
    sub: (a, b) => sets(a, b) ? kept(a, (k) => !b.map.has(k)) : numbers("-", (x, y) => x - y)(a, b),
    mul: (a, b) => isInt(a) && isInt(b) ? int(a) * int(b)
      : (list(a) || isText(a)) && isInt(b) ? repeat(a, int(b))
      : (list(b) || isText(b)) && isInt(a) ? repeat(b, int(a)) : wrong("*", a, b),
    floordiv: numbers("//", floordiv),
    mod: (a, b) => isText(a) ? cannot("formatting a text") : numbers("%", mod)(a, b),
    pow: numbers("**", (a, b) => {
      if (b < 0n) return cannot("a negative power");
      if (a !== 0n && a !== 1n && a !== -1n && b * BigInt(a.toString(2).length) > MOST_BITS) cannot("so large a power");
      return a ** b;
    }),
    and: bits("&", (a, b) => a & b, (a, b) => a && b, (a, b) => kept(a, (k) => b.map.has(k))),
    or: bits("|", (a, b) => a | b, (a, b) => a || b, (a, b) => setof([...a.map.values(), ...b.map.values()])),
    xor: bits("^", (a, b) => a ^ b, (a, b) => a !== b,
      (a, b) => setof([...kept(a, (k) => !b.map.has(k)).map.values(), ...kept(b, (k) => !a.map.has(k)).map.values()])),
    shl: numbers("<<", shift((a, b) => a << b)),
    shr: numbers(">>", (a, b) => b < 0n ? fail("ValueError", "negative shift count") : a >> b),
    neg: (a) => isInt(a) ? -int(a) : fail("TypeError", `bad operand type for unary -: '${kind(a)}'`),
    pos: (a) => isInt(a) ? int(a) : fail("TypeError", `bad operand type for unary +: '${kind(a)}'`),
    invert: (a) => isInt(a) ? ~int(a) : fail("TypeError", `bad operand type for unary ~: '${kind(a)}'`),
    not: (a) => !truth(a),
    eq: same,
    ne: (a, b) => !same(a, b),
    lt: (a, b) => sets(a, b) ? a.map.size < b.map.size && subset(a, b) : order("<", a, b) < 0,
    le: (a, b) => sets(a, b) ? subset(a, b) : order("<=", a, b) <= 0,
    gt: (a, b) => sets(a, b) ? b.map.size < a.map.size && subset(b, a) : order(">", a, b) > 0,
    ge: (a, b) => sets(a, b) ? subset(b, a) : order(">=", a, b) >= 0,
    in: contains,
    notin: (a, b) => !contains(a, b),
    allof: (parts) => { let v; for (const part of parts) if (!truth(v = part())) return v; return v; },
    anyof: (parts) => { let v; for (const part of parts) if (truth(v = part())) return v; return v; },
    chain: (left, names, others) => {
      let answer = true;
      for (let at = 0; at < names.length; at++) {
        const right = others[at]();
        answer = $[names[at]](left, right);
        if (!truth(answer)) return answer;
        left = right;
      }
      return answer;
    },
    getitem: (v, at) => {
      if (v instanceof Dict) {
        const found = v.map.get(key(at));
        return found === undefined ? fail("KeyError", repr(at)) : found[1];
      }
      const parts = sequence(v);
      if (parts === null) return fail("TypeError", `'${kind(v)}' object is not subscriptable`);
      if (at instanceof Slice) {
        if (v instanceof Range) return cannot("a part of a range");
        return alike(v, places(at, parts.length).map((one) => parts[one]));
      }
      return parts[place(at, parts.length, isText(v) ? "string" : kind(v))];
    },
    setitem: (v, at, value) => {
      if (v instanceof Dict) {
        const k = key(at), old = v.map.get(k);
        v.map.set(k, [old === undefined ? at : old[0], value]);
      } else if (Array.isArray(v)) v[place(at, v.length, "list assignment")] = value;
      else fail("TypeError", `'${kind(v)}' object does not support item assignment`);
    },
    delitem: (v, at) => {
      if (v instanceof Dict) { if (!v.map.delete(key(at))) fail("KeyError", repr(at)); }
      else if (!Array.isArray(v)) fail("TypeError", `'${kind(v)}' object doesn't support item deletion`);
      else if (at instanceof Slice) {
        const gone = new Set(places(at, v.length));
        const left = v.filter((_, one) => !gone.has(one));
        v.length = 0;
        for (const one of left) v.push(one);
      } else v.splice(place(at, v.length, "list assignment"), 1);
    },
    change: (name, v, other) => {
      if (Array.isArray(v) && name === "add") { for (const one of items(other)) v.push(one); return short(v); }
      if (Array.isArray(v) && name === "mul") { const made = $.mul(v, other); v.length = 0; for (const one of made) v.push(one); return v; }
      if (sets(v, other)) { const made = $[name](v, other); v.map = made.map; return v; }
      return $[name](v, other);
    },
    changeitem: (v, at, name, other) => {
      const old = $.getitem(v, at);
      $.setitem(v, at, $.change(name, old, other()));
    },
    call: (name, given) => {
      const [least, most, work] = FUNCTIONS[name];
      if (given.length < least || given.length > most) fail("TypeError", `${name}() was given ${given.length} arguments`);
      return work(...given);
    },
    method: (v, name, given) => {
      const kinds = METHODS[kind(v)] ?? {}, found = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      if (found === undefined) return fail("AttributeError", `'${kind(v)}' object has no attribute '${name}'`);
      if (given.length < found[0] || given.length > found[1]) fail("TypeError", `${name}() was given ${given.length} arguments`);
      const answer = found[2](v, ...given);
      return answer === undefined ? null : answer;
    },
  };

  const whole = (v) => isInt(v) ? int(v) : fail("TypeError", `'${kind(v)}' object cannot be interpreted as an integer`);
  const most = (name, better) => [1, Infinity, (...given) => {
    const values = given.length === 1 ? items(given[0], false) : given;
    if (values.length === 0) fail("ValueError", `${name}() iterable argument is empty`);
    return values.reduce((best, one) => better(one, best) ? one : best);
  }];
  const gcd = (a, b) => { a = a < 0n ? -a : a; b = b < 0n ? -b : b; while (b) [a, b] = [b, a % b]; return a; };
  const isqrt = (n) => {
    if (n < 0n) fail("ValueError", "isqrt() argument must be nonnegative");
    if (n < 2n) return n;
    let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
    for (;;) { const y = (x + n / x) >> 1n; if (y >= x) return x; x = y; }
  };
  const sorted = (values) => values.sort((a, b) => order("<", a, b));
  function* zipped(parts) {
    if (parts.length === 0) return;
    const all = parts.map((part) => iter(part));
    for (;;) {
      const row = [];
      for (const one of all) { const { done, value } = one.next(); if (done) return; row.push(value); }
      yield new Tuple(row);
    }
  }
  function* numbered(v, start) { let at = start; for (const one of iter(v)) yield new Tuple([at++, one]); }
  const FUNCTIONS = {
    abs: [1, 1, (v) => { const n = whole(v); return n < 0n ? -n : n; }],
    all: [1, 1, (v) => { for (const one of iter(v, false)) if (!truth(one)) return false; return true; }],
    any: [1, 1, (v) => { for (const one of iter(v, false)) if (truth(one)) return true; return false; }],
    bool: [0, 1, (v = false) => truth(v)],
    divmod: [2, 2, (a, b) => new Tuple([$.floordiv(a, b), $.mod(a, b)])],
    enumerate: [1, 2, (v, start = 0n) => numbered(v, whole(start))],
    int: [0, 1, (v = 0n) => {
      if (isInt(v)) return int(v);
      if (isText(v) && /^\s*[+-]?[0-9]+(_[0-9]+)*\s*$/.test(v)) {
        const digits = v.trim().replaceAll("_", "");
        return digits[0] === "-" ? -BigInt(digits.slice(1)) : BigInt(digits.replace("+", ""));
      }
      return isText(v) ? fail("ValueError", `invalid literal for int() with base 10: ${repr(v)}`)
        : fail("TypeError", `int() argument must be a string or a number, not '${kind(v)}'`);
    }],
    len: [1, 1, length],
    list: [0, 1, (v = []) => items(v)],
    max: most("max", (a, b) => order(">", a, b) > 0),
    min: most("min", (a, b) => order("<", a, b) < 0),
    range: [1, 3, (a, b, c = 1n) => {
      const [start, stop, step] = b === undefined ? [0n, whole(a), 1n] : [whole(a), whole(b), whole(c)];
      return step === 0n ? fail("ValueError", "range() arg 3 must not be zero") : new Range(start, stop, step);
    }],
    reversed: [1, 1, (v) => {
      const parts = v instanceof PySet ? null : v instanceof Dict ? items(v) : sequence(v);
      return parts === null ? fail("TypeError", `'${kind(v)}' object is not reversible`) : [...parts].reverse()[Symbol.iterator]();
    }],
    set: [0, 1, (v = []) => setof(iter(v, false))],
    sorted: [1, 1, (v) => sorted(items(v, false))],
    sum: [1, 2, (v, start = 0n) => isText(start) ? fail("TypeError", "sum() can't sum strings") : items(v, false).reduce((a, b) => $.add(a, b), start)],
    tuple: [0, 1, (v = []) => v instanceof Tuple ? v : new Tuple(items(v))],
    zip: [0, Infinity, (...parts) => zipped(parts)],
    gcd: [0, Infinity, (...given) => given.map(whole).reduce(gcd, 0n)],
    isqrt: [1, 1, (v) => isqrt(whole(v))],
    lcm: [0, Infinity, (...given) => given.map(whole).reduce((a, b) => a === 0n || b === 0n ? 0n : (a / gcd(a, b) * b < 0n ? -(a / gcd(a, b) * b) : a / gcd(a, b) * b), 1n)],
    prod: [1, 1, (v) => items(v, false).reduce((a, b) => $.mul(a, b), 1n)],
  };

  const indexOf = (v, one, name) => {
    const at = list(v).findIndex((other) => same(other, one));
    return at < 0 ? fail("ValueError", `${name}.index(x): x not in ${name}`) : BigInt(at);
  };
  const count = (v, one) => BigInt(list(v).filter((other) => same(other, one)).length);
  const ones = (v) => { const n = whole(v); return BigInt([...(n < 0n ? -n : n).toString(2)].filter((c) => c === "1").length); };
  const wide = (v) => { const n = whole(v); return n === 0n ? 0n : BigInt((n < 0n ? -n : n).toString(2).length); };
  const number = { bit_count: [0, 0, ones], bit_length: [0, 0, wide] };
  const METHODS = {
    int: number, bool: number,
    list: {
      append: [1, 1, (v, one) => { v.push(one); short(v); }],
      clear: [0, 0, (v) => { v.length = 0; }],
      copy: [0, 0, (v) => [...v]],
      count: [1, 1, count],
      extend: [1, 1, (v, more) => { for (const one of items(more)) v.push(one); short(v); }],
      index: [1, 1, (v, one) => indexOf(v, one, "list")],
      insert: [2, 2, (v, at, one) => {
        const n = BigInt(v.length), to = whole(at) < 0n ? whole(at) + n : whole(at);
        v.splice(Number(to < 0n ? 0n : to > n ? n : to), 0, one);
      }],
      pop: [0, 1, (v, at = -1n) => v.length === 0 ? fail("IndexError", "pop from empty list") : v.splice(place(at, v.length, "pop"), 1)[0]],
      remove: [1, 1, (v, one) => {
        const at = v.findIndex((other) => same(other, one));
        if (at < 0) fail("ValueError", "list.remove(x): x not in list");
        v.splice(at, 1);
      }],
      reverse: [0, 0, (v) => { v.reverse(); }],
      sort: [0, 0, (v) => { sorted(v); }],
    },
    tuple: { count: [1, 1, count], index: [1, 1, (v, one) => indexOf(v, one, "tuple")] },
    str: {
      count: [1, 1, (v, one) => isText(one) ? BigInt(one === "" ? chars(v).length + 1 : v.split(one).length - 1) : cannot("counting that")],
      index: [1, 1, (v, one) => { const at = isText(one) ? v.indexOf(one) : cannot("looking for that"); return at < 0 ? fail("ValueError", "substring not found") : BigInt(chars(v.slice(0, at)).length); }],
    },
    range: {
      count: [1, 1, (v, one) => contains(one, v) ? 1n : 0n],
      index: [1, 1, (v, one) => contains(one, v) ? (int(one) - v.start) / v.step : fail("ValueError", `${repr(one)} is not in range`)],
    },
    set: {
      add: [1, 1, (v, one) => { const k = key(one); if (!v.map.has(k)) v.map.set(k, one); }],
      clear: [0, 0, (v) => { v.map.clear(); }],
      copy: [0, 0, (v) => setof(v.map.values())],
      discard: [1, 1, (v, one) => { v.map.delete(key(one)); }],
      remove: [1, 1, (v, one) => { if (!v.map.delete(key(one))) fail("KeyError", repr(one)); }],
      pop: [0, 0, (v) => {
        if (v.map.size > 1) cannot("taking any element of a set");
        for (const [k, one] of v.map) { v.map.delete(k); return one; }
        return fail("KeyError", "'pop from an empty set'");
      }],
    },
    dict: {
      clear: [0, 0, (v) => { v.map.clear(); }],
      copy: [0, 0, (v) => $.dictof([...v.map.values()])],
      get: [1, 2, (v, at, otherwise = null) => { const found = v.map.get(key(at)); return found === undefined ? otherwise : found[1]; }],
      pop: [1, 2, (v, at, otherwise) => {
        const k = key(at), found = v.map.get(k);
        if (found === undefined) return otherwise === undefined ? fail("KeyError", repr(at)) : otherwise;
        v.map.delete(k);
        return found[1];
      }],
    },
  };

  const repr = (v) => {
    if (v === undefined) return "";
    if (v === null) return "None";
    if (typeof v === "boolean") return v ? "True" : "False";
    if (typeof v === "bigint") return String(v);
    if (isText(v)) {
      const quote = v.includes("'") && !v.includes('"') ? '"' : "'";
      return quote + v.replace(/[\\\n\r\t]/g, (c) => ({ "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c])
        .replaceAll(quote, quote === "'" ? "\\'" : '"') + quote;
    }
    if (Array.isArray(v)) return "[" + v.map(repr).join(", ") + "]";
    if (v instanceof Tuple) return "(" + v.items.map(repr).join(", ") + (v.items.length === 1 ? ",)" : ")");
    if (v instanceof PySet) return v.map.size ? "{" + [...v.map.values()].map(repr).join(", ") + "}" : "set()";
    if (v instanceof Dict) return "{" + [...v.map.values()].map(([k, one]) => repr(k) + ": " + repr(one)).join(", ") + "}";
    if (v instanceof Range) return `range(${v.start}, ${v.stop}${v.step === 1n ? "" : ", " + v.step})`;
    return "<" + kind(v) + ">";
  };
  return { $, PyError, Tuple, repr };
})();
