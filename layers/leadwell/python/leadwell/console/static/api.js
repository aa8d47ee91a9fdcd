// Calls the management API. What goes wrong becomes a Trouble: a sentence with a remedy.

import { signIn, token } from "./sign_in.js";
import { t } from "./words.js";

export class Trouble extends Error {
  constructor(status, detail, place = "") {
    super(detail);
    this.status = status;
    this.place = place; // the field that is wrong, if it is one
  }

  /** The sentence to show, in the reader's language; the API's own words follow where they say more. */
  get sentence() {
    if (this.status === 0) return t("failedOffline");
    if (this.status === 403) return t("failed403");
    if (this.status === 404) return t("failed404");
    if (this.status >= 500) return t("failed5");
    return this.message;
  }
}

export const get = (path, query) => call("GET", path + (query ? `?${new URLSearchParams(query)}` : ""));
export const post = (path, body) => call("POST", path, body);

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/api/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token()}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Trouble(0, "");
  }
  if (answer.status === 401) {
    await signIn();
    return new Promise(() => {}); // the page is being left
  }
  if (answer.ok && !answer.headers.get("content-type").includes("json")) return answer.text();
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Trouble(answer.status, content.detail ?? answer.statusText, content.field);
  return content;
}
