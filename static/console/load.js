// Reading from the gateway inside a component: first load, gentle polling, and what was last known when it fails.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asProblem } from "./api.js";

/**
 * @template T
 * @param {() => Promise<T>} fetcher
 * @param {{every?: number, deps?: unknown[]}} [options]  every: milliseconds between reads while the page is seen
 * @returns {import("./types.js").Load<T>}
 */
export function useLoad(fetcher, { every = 0, deps = [] } = {}) {
  const [state, setState] = useState(
    /** @type {{data: T | undefined, problem: import("./api.js").Problem | undefined, at: number}} */ ({
      data: undefined,
      problem: undefined,
      at: 0,
    }),
  );
  const turn = useRef(0);

  const reload = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    try {
      const data = await fetcher();
      // An answer that was overtaken by a later question is out of date.
      if (mine === turn.current) setState({ data, problem: undefined, at: Date.now() });
    } catch (error) {
      const problem = asProblem(error);
      if (mine === turn.current) setState((old) => ({ ...old, problem }));
    }
  }, deps);

  useEffect(() => {
    reload();
    const timer = every ? setInterval(() => !document.hidden && reload(), every) : 0;
    return () => {
      turn.current += 1;
      clearInterval(timer);
    };
  }, [reload, every]);

  return { ...state, reload };
}

/**
 * The state of one form: its values, the problem of the last try, and whether a try is under way.
 * @template {Record<string, any>} V
 * @param {V} initial
 * @param {(values: V) => Promise<void>} submit
 */
export function useForm(initial, submit) {
  const [values, setValues] = useState(initial);
  const [problem, setProblem] = useState(/** @type {import("./api.js").Problem | undefined} */ (undefined));
  const [busy, setBusy] = useState(false);

  /** @param {keyof V & string} name @param {unknown} value */
  const set = (name, value) => setValues((old) => ({ ...old, [name]: value }));

  /** @param {SubmitEvent} event */
  async function onSubmit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    setBusy(true);
    setProblem(undefined);
    try {
      await submit(values);
    } catch (error) {
      setProblem(asProblem(error));
      requestAnimationFrame(() => firstTrouble(form)?.focus());
    } finally {
      setBusy(false);
    }
  }

  return { values, set, problem, busy, onSubmit, errors: problem?.byField ?? {} };
}

/** @param {HTMLFormElement} form @returns {HTMLElement | null} */
function firstTrouble(form) {
  return form.querySelector("[aria-invalid=true]") ?? form.querySelector("[role=alert]");
}
