// What is typed into a search box, once it rests.
import { useEffect, useState } from "preact/hooks";

const TYPING_MS = 200;

/** A text that has rested for a moment, so that a search runs per word and not per key. @param {string} text */
export function useRested(text) {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
