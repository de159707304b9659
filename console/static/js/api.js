// The API as pages use it: the answer's data, or a Refused with what the server says in the page's language.

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.title);
    this.status = status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/** Throws Refused, or TypeError when the server is not reached. Null for an answer without a body. */
export async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(`/api/v1${path}`, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: "same-origin",
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({ code: "unreadable", title: answer.statusText }));
  throw new Refused(answer.status, problem);
}

/** Somebody who is not signed in any more signs in again; anything else is thrown on. */
export function signInIfOut(error) {
  if (error instanceof Refused && error.status === 401) location.assign("/sign-in");
  else throw error;
}
