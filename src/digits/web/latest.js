// Latest call only: one piece of work at a time, and of those that wait only the newest, so an answer follows a hand.

/**
 * @template Job
 * @param {(job: Job, signal: AbortSignal) => Promise<void>} work
 * @returns {{ask: (job: Job) => void, drop: () => void}} ask: do this next, instead of what waits; drop: stop all
 */
export function newest(work) {
  let [running, waiting] = [null, null];

  async function run(job) {
    const stop = new AbortController();
    running = stop;
    try {
      await work(job, stop.signal);
    } finally {
      if (running === stop) next();
    }
  }

  function next() {
    const job = waiting;
    running = waiting = null;
    if (job) run(job);
  }

  return {
    ask(job) {
      if (running) waiting = job;
      else run(job);
    },
    drop() {
      running?.abort();
      running = waiting = null;
    },
  };
}
