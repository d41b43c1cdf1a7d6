// Questions and answers between the page and its data worker. A question has a number, its answer carries the same;
// what comes without a number is news. Values are copied on the way, so only plain data travels.

/** @typedef {{postMessage: (message: any) => void, onmessage: ((event: MessageEvent) => void) | null}} Port */

/** A question that was answered with a fault; `name` is the fault's. */
export class Refused extends Error {
  /** @param {{name: string, message: string}} fault */
  constructor({ name, message }) {
    super(message);
    this.name = name;
  }
}

/**
 * The side that asks.
 * @template {Record<string, (...values: any[]) => any>} Answers
 * @template News
 */
export class Asking {
  /** @type {Map<number, {resolve: (value: any) => void, reject: (fault: Error) => void}>} */
  #open = new Map();
  #asked = 0;
  /** @type {Error | null} */
  #lost = null;

  /** @param {Port} port @param {(news: News) => void} onNews */
  constructor(port, onNews) {
    this.port = port;
    port.onmessage = ({ data }) => {
      if (data.number === undefined) onNews(data.news);
      else this.#settle(data);
    };
  }

  /** @param {{number: number, value?: any, fault?: {name: string, message: string}}} answer */
  #settle({ number, value, fault }) {
    const asked = this.#open.get(number);
    this.#open.delete(number);
    if (fault) asked?.reject(new Refused(fault));
    else asked?.resolve(value);
  }

  /**
   * @template {keyof Answers & string} Name
   * @param {Name} name @param {Parameters<Answers[Name]>} values
   * @returns {Promise<Awaited<ReturnType<Answers[Name]>>>}
   * @throws {Refused}
   */
  ask(name, ...values) {
    if (this.#lost) return Promise.reject(this.#lost);
    this.#asked += 1;
    const number = this.#asked;
    return new Promise((resolve, reject) => {
      this.#open.set(number, { resolve, reject });
      this.port.postMessage({ number, name, values });
    });
  }

  /** Nobody answers any more: whoever waits is told, and so is whoever asks later. @param {Error} fault */
  lose(fault) {
    this.#lost = fault;
    for (const { reject } of this.#open.values()) reject(fault);
    this.#open.clear();
  }
}

/**
 * The side that answers, each question as soon as it can.
 * @param {Port} port @param {Record<string, (...values: any[]) => any>} answers
 */
export function answer(port, answers) {
  port.onmessage = async ({ data: { number, name, values } }) => {
    try {
      port.postMessage({ number, value: await answers[name]?.(...values) });
    } catch (error) {
      const { name: kind, message } = /** @type {Error} */ (error);
      port.postMessage({ number, fault: { name: kind, message } });
    }
  };
}
