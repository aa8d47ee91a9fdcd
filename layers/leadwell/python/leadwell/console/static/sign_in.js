// Signing in: authorization code with PKCE (RFC 7636) at the user pool's own pages. The token stays in this tab.

const TOKEN = "leadwell.token";
const PENDING = "leadwell.signing-in";

let config = {};

/** Reads how this installation signs in, and finishes a sign-in that is under way. Answers false when it cannot. */
export async function prepare() {
  config = await (await fetch("/console/config.json")).json();
  if (config.sign_in === "token") {
    sessionStorage.setItem(TOKEN, config.token);
    return true;
  }
  if (config.sign_in !== "cognito") return false;
  const query = new URLSearchParams(location.search);
  if (query.has("code")) await finish(query);
  if (!sessionStorage.getItem(TOKEN)) {
    await signIn();
    return new Promise(() => {}); // the page is being left
  }
  return true;
}

export function token() {
  return sessionStorage.getItem(TOKEN) ?? "";
}

export const canSignOut = () => config.sign_in === "cognito";

export async function signIn() {
  if (config.sign_in !== "cognito") return;
  sessionStorage.removeItem(TOKEN);
  const verifier = chance();
  const state = chance();
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state, back: location.pathname }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(
    `${config.domain}/oauth2/authorize?${new URLSearchParams({
      response_type: "code",
      client_id: config.client_id,
      redirect_uri: home(),
      scope: "openid email",
      state,
      code_challenge: base64url(new Uint8Array(digest)),
      code_challenge_method: "S256",
    })}`,
  );
}

export function signOut() {
  sessionStorage.removeItem(TOKEN);
  location.assign(
    `${config.domain}/logout?${new URLSearchParams({ client_id: config.client_id, logout_uri: home() })}`,
  );
}

async function finish(query) {
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "{}");
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, "", pending.back ?? "/console");
  if (!pending.state || pending.state !== query.get("state")) return;
  const answer = await fetch(`${config.domain}/oauth2/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.client_id,
      redirect_uri: home(),
      code: query.get("code"),
      code_verifier: pending.verifier,
    }),
  });
  if (answer.ok) sessionStorage.setItem(TOKEN, (await answer.json()).access_token);
}

const home = () => `${location.origin}/console`;
const chance = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
