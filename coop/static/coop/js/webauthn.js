// Passkeys: adding one, logging in with one, proving who you are with one.
// A form says what it does in data-webauthn (create | get | login); options come in data-options or from data-options-url.

// A passkey belongs to a name: browsers refuse it on a bare address such as 127.0.0.1.
const named = !/^[\d.]+$|^\[/.test(location.hostname);
const supported = named && "PublicKeyCredential" in window && "credentials" in navigator;

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withIds(list) {
  return (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
}

function creationOptions(given, passwordless) {
  const options = structuredClone(given.publicKey);
  options.challenge = bytes(options.challenge);
  options.user = { ...options.user, id: bytes(options.user.id) };
  options.excludeCredentials = withIds(options.excludeCredentials);
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: passwordless ? "required" : "discouraged",
    requireResidentKey: passwordless,
    ...(passwordless ? { userVerification: "required" } : {}),
  };
  return options;
}

function requestOptions(given) {
  const options = structuredClone(given.publicKey);
  options.challenge = bytes(options.challenge);
  options.allowCredentials = withIds(options.allowCredentials);
  return options;
}

function asJson(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = text(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
    said.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: said,
  });
}

async function askServer(form) {
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).request_options;
}

function send(form, credential) {
  form.elements.credential.value = asJson(credential);
  form.submit();
}

let waiting = null; // the silent offer in the e-mail field, stopped before any other question to the device

async function run(form) {
  waiting?.abort();
  const passwordless = form.elements.passwordless?.checked ?? true;
  if (form.dataset.webauthn === "create") {
    const options = JSON.parse(form.dataset.options);
    return navigator.credentials.create({ publicKey: creationOptions(options, passwordless) });
  }
  const options = form.dataset.options ? JSON.parse(form.dataset.options) : await askServer(form);
  return navigator.credentials.get({ publicKey: requestOptions(options) });
}

// Where the browser can, the passkey is offered in the e-mail field itself, without any button.
async function offerQuietly(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  try {
    const options = requestOptions(await askServer(form));
    const credential = await navigator.credentials.get({ publicKey: options, mediation: "conditional", signal: waiting.signal });
    if (credential) send(form, credential);
  } catch {
    // Aborted, or refused: the page works as before.
  }
}

for (const form of document.querySelectorAll("form[data-webauthn]")) {
  if (!supported) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    const start = form.querySelector("[data-webauthn-start]");
    start.disabled = true;
    try {
      send(form, await run(form));
    } catch {
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: form.dataset.failed, tone: "error" } }));
    } finally {
      start.disabled = false;
    }
  });
  if (form.dataset.webauthn === "login") offerQuietly(form);
}
