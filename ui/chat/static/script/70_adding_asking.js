// What the Add papers view asks of the server.
(() => {
  "use strict";

  const PATH = "chat/import";
  const POLL = 300;

  const post = async (path, parameters, body) => {
    const query = new URLSearchParams(parameters);
    const answer = await fetch(`${PATH}${path}?${query}`, { method: "POST", body });
    const found = await answer.json().catch(() => ({}));
    if (answer.ok) return found;
    throw new Error(found.error?.message || found.error || `The server answered ${answer.status}.`);
  };

  const pause = (milliseconds) => new Promise((done) => window.setTimeout(done, milliseconds));

  // A job goes on while its page is reloaded; here its end is waited for.
  const ended = async (job, tellProgress) => {
    for (let now = job; ; ) {
      if (now && !now.running) {
        if (now.error) throw new Error(now.error);
        return now.result;
      }
      if (now) tellProgress(now.done, now.total);
      else throw new Error("The server was restarted meanwhile. Look at Papers for what is there.");
      await pause(POLL);
      const answer = await fetch(`${PATH}/state?job=${encodeURIComponent(job.job)}`);
      if (answer.ok) now = (await answer.json()).job;
    }
  };

  // What of the last import can be taken back; null where nothing can, or the server is away.
  const lastImport = async () => {
    const answer = await fetch(`${PATH}/state`).catch(() => null);
    return answer?.ok ? (await answer.json()).last : null;
  };

  window.citewise.adding = { post, ended, lastImport };
})();
