import { noteAbsent } from './absent.ts';
import { METHODS } from './methods.ts';
import { plain } from './plain.ts';
import { isFromSdk, stackHere } from './source.ts';
import { noteRead } from './thrower.ts';

/**
 * How calls are tapped. The base code keeps the object it assigned in a local variable, so a proxy returned by `window.ttq` would
 * miss its calls: the object itself is hooked, in place. The SDK then redefines the methods of that object with
 * Object.defineProperty, which a hook on assignment never sees, so defineProperty is hooked, too, for these objects only. (Both
 * measured; see "Mounting" in docs/recording.md.)
 */
interface Call {
  at: number;
  global: string;
  method: string;
  args: unknown[];
  pixel: string | undefined;
  queued: boolean;
  stack: string;
}

/** The type of a ttq. The SDK takes over whatever it finds, but replays only the queue of an array. */
export type TtqShape = 'array' | 'function' | 'object';

type Callable = (...args: unknown[]) => unknown;
interface Hooked {
  global: string;
  pixel?: string;
  shape: TtqShape;
  /** The wrapper last returned for each method, so that comparing methods still works for the page. */
  wrappers: Map<string, object>;
}

/** What the SDK sets once it has taken over; builds of 2024 set only the second. */
const FLAGS = ['_mounted', 'initialize'];

const define = Object.defineProperty;
const hooked = new WeakMap<object, Hooked>();
const queues = new WeakSet<object>();
const watched = new Map<string, (value: unknown) => void>();
/** From a wrapper to its original function. */
const originals = new WeakMap<object, object>();
/** The tapped calls in progress, outermost first. */
const running: { method: string; forwarded: boolean }[] = [];

let emit: (call: Call) => void = () => {};
let announce: (global: string, shape: TtqShape) => void = () => {};
let clock: () => number = Date.now;
let mounted = false;

export function onCall(listener: (call: Call) => void, now: () => number): void {
  emit = listener;
  clock = now;
  hookDefine();
}

export function onMounted(listener: typeof announce): void {
  announce = listener;
}

/**
 * Hooks whatever is or will be assigned to `window[name]`. The price: until then `name in window` is true, and a call on it is a
 * TypeError instead of a ReferenceError. A getter that threw one would break `typeof ttq`, which pages do use. A top-level
 * function declaration of that name replaces the accessor unnoticed.
 */
export function watchGlobal(name: string): void {
  if (watched.has(name)) return;
  const existing = Object.getOwnPropertyDescriptor(window, name);
  if (existing && !existing.configurable) return;
  let handout: unknown;
  const assign = (value: unknown) => {
    handout = adopt(value, name);
  };
  watched.set(name, assign);
  assign(existing?.value);
  define(window, name, {
    configurable: true,
    enumerable: true,
    get() {
      if (handout === undefined) noteAbsent(name);
      return handout;
    },
    set: assign,
  });
}

/** Hooks a value that is about to become the global, and returns what the global should return. */
function adopt(value: unknown, global: string): unknown {
  if (typeof value === 'function') {
    const raw = (originals.get(value) ?? value) as Callable;
    const owner = hook(raw, { global });
    return wrapped(raw, '', owner, (self, args) => callByName(raw, self, args, owner));
  }
  if (isObject(value)) hook(value, { global });
  return value;
}

/** A queue function like those of other vendors: `ttq('track', 'Purchase')`. */
function callByName(raw: Callable, self: unknown, args: unknown[], owner: Hooked): unknown {
  const [method, ...rest] = args;
  const run = () => Reflect.apply(raw, self, args);
  return typeof method === 'string' && METHODS.has(method) ? tap(method, rest, owner, run) : run();
}

function hook(target: object, names: { global: string; pixel?: string }): Hooked {
  const known = hooked.get(target);
  if (known) return known;
  const owner: Hooked = { ...names, shape: shapeOf(target), wrappers: new Map() };
  hooked.set(target, owner);
  for (const method of METHODS) hookMember(target, method, (value) => wrapMethod(value, method, owner));
  for (const flag of FLAGS) hookMember(target, flag, (value) => value, noteMounted);
  if (Array.isArray(target)) hookQueue(target, owner);
  else hookMember(target, 'queue', (value) => value, noteQueue);
  return owner;
}

function shapeOf(target: object): TtqShape {
  if (Array.isArray(target)) return 'array';
  return typeof target === 'function' ? 'function' : 'object';
}

/** A function or object queues its calls in a member, to which pages push as well. */
function noteQueue(value: unknown, owner: Hooked): void {
  if (Array.isArray(value)) hookQueue(value, owner);
}

function noteMounted(value: unknown, owner: Hooked): void {
  if (value !== true || mounted) return;
  mounted = true;
  announce(owner.global, owner.shape);
}

/**
 * Replaces a member by an accessor that returns `view(value)`; the value itself may be set now or later, or come from the
 * prototype.
 */
function hookMember(
  target: object,
  key: string,
  view: (value: unknown) => unknown,
  onSet?: (value: unknown, owner: Hooked) => void,
): void {
  const own = Object.getOwnPropertyDescriptor(target, key);
  // A frozen object is left alone, as throwing here would break the page.
  if (own?.configurable === false || !(own || Object.isExtensible(target))) return;
  if (own?.get) {
    define(target, key, viewedDescriptor(own, view));
    return;
  }
  let value = own?.value;
  let isOwn = own !== undefined;
  const accessor = (enumerable: boolean): PropertyDescriptor => ({
    configurable: true,
    enumerable,
    get: () => view(isOwn ? value : Reflect.get(Object.getPrototypeOf(target) ?? {}, key, target)),
    set(next: unknown) {
      value = (isObject(next) && originals.get(next)) || next;
      if (!isOwn) define(target, key, accessor(true));
      isOwn = true;
      onSet?.(value, hooked.get(target)!);
    },
  });
  if (isOwn) onSet?.(value, hooked.get(target)!);
  define(target, key, accessor(own?.enumerable ?? false));
}

function viewedDescriptor(
  descriptor: PropertyDescriptor,
  view: (value: unknown) => unknown,
): PropertyDescriptor {
  const { get } = descriptor;
  if (get)
    return {
      ...descriptor,
      get(this: unknown) {
        return view(get.call(this));
      },
    };
  return 'value' in descriptor ? { ...descriptor, value: view(descriptor.value) } : descriptor;
}

/** Entries may be pushed directly, or be in the array before it is assigned. */
function hookQueue(queue: unknown[], owner: Hooked): void {
  if (queues.has(queue)) return;
  queues.add(queue);
  for (const entry of queue) recordEntry(entry, owner);
  const push = queue.push;
  define(queue, 'push', {
    configurable: true,
    writable: true,
    value(this: unknown[], ...entries: unknown[]) {
      // Inside a tapped call this is the queue function itself, not another call.
      if (!running.length) for (const entry of entries) recordEntry(entry, owner);
      return Reflect.apply(push, this, entries);
    },
  });
}

function recordEntry(entry: unknown, owner: Hooked): void {
  const [method, ...args] =
    isObject(entry) && 'length' in entry ? Array.from(entry as ArrayLike<unknown>) : [];
  if (typeof method === 'string' && METHODS.has(method)) tap(method, args, owner, () => undefined);
}

function wrapMethod(value: unknown, method: string, owner: Hooked): unknown {
  if (typeof value !== 'function') return value;
  if (running.length === 0) noteRead();
  const raw = (originals.get(value) ?? value) as Callable;
  return wrapped(raw, method, owner, (self, args) => {
    const run = () => Reflect.apply(raw, self, args);
    return method === 'instance' ? instance(run(), args[0], owner) : tap(method, args, owner, run);
  });
}

function instance(made: unknown, pixel: unknown, owner: Hooked): unknown {
  if (isObject(made) && typeof pixel === 'string') hook(made, { global: owner.global, pixel });
  return made;
}

function wrapped(
  raw: Callable,
  method: string,
  owner: Hooked,
  apply: (self: unknown, args: unknown[]) => unknown,
): object {
  const known = owner.wrappers.get(method);
  if (known && originals.get(known) === raw) return known;
  const wrapper = new Proxy(raw, { apply: (_target, self, args) => apply(self, args) });
  owner.wrappers.set(method, wrapper);
  originals.set(wrapper, raw);
  return wrapper;
}

/**
 * Runs a call and reports it when it returns. A site's own wrapper around `ttq.track` ends in the tapped method that it kept:
 * then the inner call, with the arguments that are sent, is the call, and the outer one only forwards.
 */
function tap(method: string, args: unknown[], owner: Hooked, run: () => unknown): unknown {
  const stack = stackHere();
  if (isFromSdk(stack)) return within({ method, forwarded: false }, run);
  const { global, pixel } = owner;
  // Copied now, as the SDK removes the event_id from the object it is given.
  const call = {
    at: clock(),
    global,
    pixel,
    method,
    args: plain(args) as unknown[],
    queued: !mounted,
    stack,
  };
  const outer = running.at(-1);
  if (outer?.method === method) outer.forwarded = true;
  const frame = { method, forwarded: false };
  try {
    return within(frame, run);
  } finally {
    if (!frame.forwarded) emit(call);
  }
}

function within(frame: (typeof running)[number], run: () => unknown): unknown {
  running.push(frame);
  try {
    return run();
  } finally {
    running.pop();
  }
}

/** The page holds a function by its wrapper. */
function ownerOf(target: object): Hooked | undefined {
  return hooked.get(originals.get(target) ?? target);
}

function hookDefine(): void {
  const view = (target: object, key: PropertyKey, descriptor: PropertyDescriptor): PropertyDescriptor => {
    const owner = ownerOf(target);
    if (!owner || typeof key !== 'string') return descriptor;
    if (FLAGS.includes(key)) noteMounted(descriptor.value, owner);
    return METHODS.has(key)
      ? viewedDescriptor(descriptor, (value) => wrapMethod(value, key, owner))
      : descriptor;
  };
  const redefine = (target: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean => {
    const assign = target === window && typeof key === 'string' ? watched.get(key) : undefined;
    if (!assign) return Reflect.apply(reflectDefine, Reflect, [target, key, view(target, key, descriptor)]);
    const { get } = descriptor;
    if (get) {
      const adopted = { ...descriptor, get: () => adopt(get.call(window), key as string) };
      return Reflect.apply(reflectDefine, Reflect, [target, key, adopted]);
    }
    assign(descriptor.value);
    return true;
  };
  const reflectDefine = Reflect.defineProperty;
  const isOurs = (target: unknown) =>
    isObject(target) && (target === window || ownerOf(target) !== undefined);

  Reflect.defineProperty = new Proxy(reflectDefine, {
    apply: (native, self, args: Parameters<typeof reflectDefine>) =>
      isOurs(args[0]) ? redefine(...args) : Reflect.apply(native, self, args),
  });
  Object.defineProperty = new Proxy(define, {
    apply(native, self, args: Parameters<typeof define>) {
      if (!isOurs(args[0]) || !isObject(args[2])) return Reflect.apply(native, self, args);
      if (redefine(args[0] as object, args[1], args[2])) return args[0];
      return Reflect.apply(native, self, args); // throws the engine's own TypeError
    },
  });
  Object.defineProperties = new Proxy(Object.defineProperties, {
    apply(native, self, args: [object, PropertyDescriptorMap]) {
      if (!isOurs(args[0]) || !isObject(args[1])) return Reflect.apply(native, self, args);
      for (const key of Reflect.ownKeys(args[1])) {
        const descriptor = args[1][key as string];
        if (descriptor) Object.defineProperty(args[0], key, descriptor);
      }
      return args[0];
    },
  });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
